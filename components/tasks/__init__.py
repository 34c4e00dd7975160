"""What worker processes do with visitors' files: each function is a task for `components.workers`."""
