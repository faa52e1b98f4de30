"""The example of background jobs: reminders, sent later."""
