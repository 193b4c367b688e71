// Measures the start and the end of Node.
process.exitCode = 0;
