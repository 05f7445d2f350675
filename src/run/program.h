/*
 * program.h - the table of programs: started, heard, and gone
 */
#pragma once

#include <stddef.h>

struct act;
struct agent_msg;
struct err;
struct lab;
struct program;

/** PROGRAM_NAME_AGENT - what a host's own agent is called */
#define PROGRAM_NAME_AGENT "agent"

/**
 * program_find - the latest program of that name on a host
 * @lab: the lab
 * @host: index
 * @name: NULL means the host's own agent
 *
 * Return: borrowed until the table grows; NULL if there never was one.
 */
struct program *program_find(struct lab *lab, size_t host, const char *name);

/**
 * program_start_agent - start a host's agent
 * @lab: the lab
 * @host: index
 * @err: see launch_start()
 *
 * Return: 0 or negative errno.
 */
int program_start_agent(struct lab *lab, size_t host, struct err *err);

/**
 * program_run - start a command on a host
 * @lab: the lab
 * @host: index
 * @act: its "run" act
 * @err: see launch_start()
 *
 * Return: 0 or negative errno.
 */
int program_run(struct lab *lab, size_t host, const struct act *act,
		struct err *err);

/**
 * program_heard - take everything that a program's agent has said
 * @lab: the lab
 * @index: of the program
 *
 * Calls and ends of acts become events; forked and spawned children become
 * rows of the table.
 */
void program_heard(struct lab *lab, size_t index);

/**
 * program_output - take what a program has written
 * @lab: the lab
 * @index: of the program
 * @stream: 0 stdout, 1 stderr
 *
 * Past OUTPUT_MAX bytes it is read and thrown away, which is a gap.
 */
void program_output(struct lab *lab, size_t index, int stream);

/**
 * program_gone - a program's pidfd is readable: say how it ended
 * @lab: the lab
 * @index: of the program
 */
void program_gone(struct lab *lab, size_t index);

/**
 * program_signal - send it a signal
 *
 * Return: 0; -ESRCH if it is gone; -EPERM.
 */
int program_signal(struct lab *lab, struct program *program, int signal);
