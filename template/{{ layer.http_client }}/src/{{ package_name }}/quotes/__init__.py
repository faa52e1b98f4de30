"""The example of calls to another service: exchange rates."""
