"""The applications under load: the same six endpoints, written as each framework has it."""
