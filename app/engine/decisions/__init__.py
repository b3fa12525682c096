"""One module a command: what decide answers to it once time has been settled."""
