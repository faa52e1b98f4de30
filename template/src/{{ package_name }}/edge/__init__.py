"""What holds for every request, whoever answers it.

Decided once, in `policy`; what lies beside it only carries it out.
"""
