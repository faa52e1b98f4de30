"""The example of a WebSocket: a live feed of a user's own todos."""
