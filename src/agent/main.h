/*
 * main.h - the agent's own entry: "tcplab agent NAME"
 */
#pragma once

/**
 * agent_main - be an agent until told to quit or the runner is gone
 * @argc: as main()'s, or without the program's name
 * @argv: the last one names the program; "agent" if it has no name
 *
 * Talks to the runner on descriptor AGENT_CONTROL_FD, makes threads, forks.
 * The only function below cmd/ that may print and end the process.
 *
 * Return: the exit status: 0; 2 if descriptor 3 is no control socket.
 */
int agent_main(int argc, char **argv);
