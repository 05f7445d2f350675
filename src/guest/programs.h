/*
 * programs.h - the programs that scenarios run, and all that those need
 */
#pragma once

#include <stddef.h>

struct err;
struct initramfs;
struct scenario;

/** PROGRAMS_PATH - a guest's PATH */
#define PROGRAMS_PATH \
	"/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

/**
 * programs_find - where a program is
 * @name: as execvp(3) takes it
 * @path: a list of folders, as in $PATH
 *
 * Return: its path, absolute unless a folder of the list is not; caller frees;
 * NULL if there is none.
 */
char *programs_find(const char *name, const char *path);

/**
 * programs_pack_one - put a program and its libraries into a guest
 * @file: absolute
 * @err: says what was refused
 *
 * Libraries as its own loader finds them (ld.so(8), --list). Of a script, the
 * interpreter. Unless it is of a package that every system has, also all other
 * files of its package, and of those that the package depends on: modules of
 * Python, the configuration of nginx.
 *
 * Return: 0 or negative errno.
 */
int programs_pack_one(struct initramfs *ramfs, const char *file,
		      struct err *err);

/**
 * programs_pack - put all that some scenarios run into a guest
 * @scenarios: @n of them
 *
 * What "run:" and "spawn:" name. Of a shell's "-c" each word that is a
 * program's, and files that are named by absolute paths. A program that is not
 * here is none in the guest either: the scenario says so.
 *
 * Return: 0 or negative errno.
 */
int programs_pack(struct initramfs *ramfs,
		  const struct scenario *const *scenarios, size_t n,
		  struct err *err);
