"""Where computations run: devices and threads."""
