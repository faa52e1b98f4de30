"""What the machinery costs beside the bare framework: `uv run poe bench`.

Both run under the same server, with one worker, on the same database, and are asked in turns.
"""
