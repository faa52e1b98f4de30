"""The framework decision: a matrix of points with reasons, and the rules that evaluate it."""
