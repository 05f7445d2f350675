/*
 * hosts.h - what the journal and the programs are told about the hosts
 */
#pragma once

#include <stddef.h>

struct err;
struct lab;

/** hosts_announce - emit EVENT_HOST and EVENT_SYSCTL for every host */
void hosts_announce(struct lab *lab);

/**
 * hosts_open - make the folder that hosts_file() writes to
 * @err: says what was refused
 *
 * Before any program starts: nobody can have put anything there then.
 *
 * Return: 0; -EEXIST, -ENOENT …
 */
int hosts_open(struct err *err);

/**
 * hosts_file - write a host's /etc/hosts where its programs can bind it
 * @lab: the lab
 * @host: index
 * @path: caller frees; the same file each time; untouched on failure
 * @err: says what was refused
 *
 * It lies in the lab's own tmpfs on /dev/shm, and is gone with it.
 *
 * Return: 0 or negative errno.
 */
int hosts_file(struct lab *lab, size_t host, char **path, struct err *err);
