/*
 * kernel_tool.h - run a program of the build, and hear what it prints
 */
#pragma once

struct err;
struct str;

/**
 * struct kernel_tool - a program to run; all borrowed
 * @argv: NULL at the end; looked for in PATH
 * @dir: its working directory; NULL: ours
 * @log_fd: what it prints is also written here; -1: nowhere
 * @lock_fd: it and its children inherit this descriptor, so that a lock lasts
 *	until the last of them is gone; -1: none
 * @stop_fd: it is ended when this becomes readable; -1: never
 * @line: told each line that it prints; NULL: nobody
 * @arg: for @line
 */
struct kernel_tool {
	const char *const *argv;
	const char *dir;
	int log_fd;
	int lock_fd;
	int stop_fd;
	void (*line)(void *arg, const char *text);
	void *arg;
};

/**
 * kernel_tool_run - run a program to its end
 * @tool: which
 * @err: says how it ended
 *
 * Its stdin is empty; stdout and stderr are one. It is the leader of a process
 * group: the group is ended (SIGTERM) if @stop_fd speaks, the program itself
 * also when we die; make(1) then ends its own children.
 *
 * Return: 0 if its exit status was 0; -EPROTO if not; -ENOENT if there is no
 * such program; -EINTR if it was stopped; negative errno of fork(2), pipe(2).
 */
int kernel_tool_run(const struct kernel_tool *tool, struct err *err);

/**
 * kernel_tool_read - what a short program prints
 * @argv: the program
 * @out: what it prints is added to it
 *
 * Return: 0; as kernel_tool_run().
 */
int kernel_tool_read(const char *const *argv, struct str *out);

/**
 * kernel_tools_missing - which programs that a build needs are not in PATH
 * @tarball: also what unpacks it: a path; NULL: none
 * @programs: their names, blanks between, are added to it
 * @packages: Debian's packages that have them; likewise, each once
 *
 * Return: how many programs.
 */
int kernel_tools_missing(const char *tarball, struct str *programs,
			 struct str *packages);
