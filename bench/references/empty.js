// Measures the start and the end of Node itself.
process.exitCode = 0;
