"""The example of a stream: answers of a language model, token by token."""
