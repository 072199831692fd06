"""What a user gives a command: bars, scripts, values of inputs, costs, a folder to write to."""
