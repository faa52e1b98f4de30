"""Which framework, and why: a matrix of points with reasons, and the engine that reads it."""
