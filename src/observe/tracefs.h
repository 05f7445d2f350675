/*
 * tracefs.h - an instance of the kernel's tracer, of a lab's own
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct err;

/** TRACEFS_ROOT - where tracefs is mounted (Documentation/trace/ftrace.rst) */
#define TRACEFS_ROOT "/sys/kernel/tracing"

/**
 * tracefs_name - a name for an instance that tells whose it is
 * @n: unlike any other of the calling process
 *
 * The PID is told together with its namespace and the time at which the process
 * was started, so that nobody takes a dead one's for alive, or the other way
 * round: tracefs_sweep().
 *
 * Return: the name, caller frees.
 */
char *tracefs_name(unsigned int n);

/**
 * tracefs_sweep - remove the instances of processes that are dead
 *
 * Only of those that had PIDs as we know them. A lab's init removes its own
 * even if everybody else was killed; this is for those that were killed with
 * their init. Where tracefs is not mounted, or not for us, nothing happens.
 */
void tracefs_sweep(void);

/**
 * tracefs_make - make an instance
 * @name: of tracefs_name(); if it is there already it is somebody's: -EEXIST
 * @err: says what was refused, and the remedy
 *
 * Mounts tracefs if it is not mounted, which is seen in the caller's mount
 * namespace only: to be called in a lab.
 *
 * Return: 0; -EACCES, -EPERM without privilege; -ENODEV, -ENOENT if the kernel
 * has no tracer; others of mkdir(2).
 */
int tracefs_make(const char *name, struct err *err);

/**
 * tracefs_remove - remove an instance, if it is there
 * @name: of tracefs_name()
 *
 * Waits until all CPUs have left its tracepoints, some 35 ms. Nobody may have
 * one of its files open.
 */
void tracefs_remove(const char *name);

/**
 * tracefs_remove_all - remove each instance of the process that one is of
 * @name: of tracefs_name()
 *
 * But for those that somebody has open.
 */
void tracefs_remove_all(const char *name);

/** tracefs_has - is there an instance? In a lab, as tracefs_make() */
bool tracefs_has(const char *name);

/**
 * tracefs_mount - mount tracefs if it is not mounted
 * @err: says what was refused, and the remedy
 *
 * In the caller's mount namespace, which must be its own.
 *
 * Return: 0; -EPERM without privilege; -ENODEV if the kernel has no tracer.
 */
int tracefs_mount(struct err *err);

/**
 * tracefs_write - write a file of an instance
 * @name: of the instance
 * @file: "trace_clock"
 * @text: as in the manual, Documentation/trace/ftrace.rst
 *
 * Return: 0; -ENOENT if this kernel has no such file; others of write(2).
 */
int tracefs_write(const char *name, const char *file, const char *text);

/**
 * tracefs_read - read a file of an instance
 * @name: of the instance
 * @file: "events/tcp/tcp_send_reset/format"
 * @text: the content; caller frees; untouched on failure
 * @len: its length
 *
 * Return: 0; -ENOENT; others of file_read().
 */
int tracefs_read(const char *name, const char *file, char **text, size_t *len);

/** tracefs_open - open a file of an instance to be read without waiting
 *
 * Return: the descriptor, O_CLOEXEC, owned by the caller; negative errno.
 */
int tracefs_open(const char *name, const char *file);
