/*
 * expect_proc.h - read what is expected of programs and counters
 */
#pragma once

#include <stdbool.h>

struct expect;
struct node;
struct story;

/**
 * ref_read - take "server.s" apart
 * @story: where errors go
 * @name: the key
 * @what: "socket" or "program", for errors
 * @host: caller frees; untouched on failure
 * @part: caller frees; untouched on failure
 *
 * Return: true if it has that form and the host exists.
 */
bool ref_read(const struct story *story, const struct node *name,
	      const char *what, char **host, char **part);

/** expect_counters_read - read "counters: {HOST: {TcpExt.X: \">=1\"}}" */
void expect_counters_read(const struct story *story, const struct node *node,
			  struct expect *e);

/** expect_process_read - read "process: {HOST.PROGRAM: running}" */
void expect_process_read(const struct story *story, const struct node *node,
			 struct expect *e);

/** expect_output_read - read "output: {HOST.PROGRAM: text}" */
void expect_output_read(const struct story *story, const struct node *node,
			struct expect *e);
