"""The template's machinery: README.md describes its parts. `copier update` maintains it."""
