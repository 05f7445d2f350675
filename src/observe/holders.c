/*
 * holders.c - which process holds a socket
 *
 * The descriptors of a lab are few and change rarely, so all are read at once
 * into a new list whenever a socket turns up that the list does not have.
 */
#include "observe/holders.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/vec.h"
#include "observe/idmap.h"

/* descriptors read in one pass, so that a machine with very many processes
 * (no PID namespace of our own) costs a bounded time, some 0.1 s */
#define PASS_FDS_MAX 65536

/* sockets remembered; past this all are forgotten before the next pass */
#define ENTRIES_MAX 16384

/* after a pass that did not find a socket: when to look for it again */
#define RETRY_FIRST_NS (2 * NS_PER_MS)
#define RETRY_MOST_NS  (2 * NS_PER_S)

struct entry {
	uint64_t inode;
	int fd; /* in the process */
	int64_t retry_ns; /* while nobody holds it: when to look again */
	int64_t pause_ns; /* … and how long to wait after that */
	bool held; /* the last pass found it, or we have not looked since */
	struct holder who; /* the last who did */
};

struct holders {
	VEC(struct entry) entries;
	struct idmap index; /* inode to entry */
	int64_t looked_ns; /* when the last pass began; 0: never */
};

struct holders *holders_new(void)
{
	return mem_new(struct holders, 1);
}

void holders_free(struct holders *h)
{
	if (!h)
		return;
	vec_done(&h->entries);
	idmap_done(&h->index);
	free(h);
}

void holders_scope(struct holders **h)
{
	holders_free(*h);
}

/* "socket:[123]", sockfs's name for a socket: proc_pid_fd(5); 0 if it is
 * something else */
static uint64_t socket_inode(int at, const char *path)
{
	static const char prefix[] = "socket:[";
	char text[64];
	ssize_t len = readlinkat(at, path, text, sizeof(text) - 1);

	if (len <= 0)
		return 0;
	text[len] = '\0';
	if (strncmp(text, prefix, strlen(prefix)) != 0)
		return 0;
	return strtoull(text + strlen(prefix), NULL, 10);
}

/* names in /proc and /proc/PID/fd that are numbers are whole numbers */
static bool is_number(const struct dirent *d)
{
	return isdigit((unsigned char)d->d_name[0]);
}

static int number_of(const struct dirent *d)
{
	return (int)strtol(d->d_name, NULL, 10);
}

static void read_comm(int procfd, struct holder *who)
{
	SCOPED_FD int fd = openat(procfd, "comm", O_RDONLY | O_CLOEXEC);
	ssize_t len;

	memset(who->comm, 0, sizeof(who->comm));
	if (fd < 0)
		return;
	len = read(fd, who->comm, sizeof(who->comm) - 1);
	if (len > 0)
		who->comm[strcspn(who->comm, "\n")] = '\0';
}

/* Return: the inode's entry, new if need be; valid until the next call. */
static struct entry *entry_of(struct holders *h, uint64_t inode)
{
	uint32_t at = idmap_put(&h->index, inode, (uint32_t)h->entries.n);

	if (at == h->entries.n)
		vec_grow(&h->entries)->inode = inode;
	return &h->entries.v[at];
}

static void look_into(struct holders *h, int procfd, int64_t pid, int *budget)
{
	SCOPED_DIR DIR *dir = NULL;
	struct holder who = {.pid = pid};
	const struct dirent *d;
	int fd = openat(procfd, "fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	/* it ended meanwhile, or is not ours to look into */
	if (fd < 0)
		return;
	dir = fdopendir(fd);
	if (!dir) {
		fd_close(&fd);
		return;
	}
	while (*budget > 0 && (d = readdir(dir)) != NULL) {
		struct entry *entry;
		uint64_t inode;

		if (!is_number(d))
			continue;
		(*budget)--;
		inode = socket_inode(fd, d->d_name);
		if (inode == 0)
			continue;
		entry = entry_of(h, inode);
		if (entry->held)
			continue;
		if (!who.comm[0])
			read_comm(procfd, &who);
		entry->who = who;
		entry->held = true;
		entry->fd = number_of(d);
	}
}

static void look_through(struct holders *h)
{
	SCOPED_DIR DIR *proc = opendir("/proc");
	const struct dirent *d;
	int budget = PASS_FDS_MAX;

	h->looked_ns = clock_now_ns();
	if (!proc)
		return;
	if (h->entries.n > ENTRIES_MAX) {
		h->entries.n = 0;
		idmap_clear(&h->index, 0);
	}
	/* all are looked for anew: descriptors are closed, too */
	vec_foreach(&h->entries, entry)
		entry->held = false;
	while (budget > 0 && (d = readdir(proc)) != NULL) {
		SCOPED_FD int procfd = -1;

		if (!is_number(d))
			continue;
		procfd = openat(dirfd(proc), d->d_name,
				O_PATH | O_DIRECTORY | O_CLOEXEC);
		if (procfd >= 0)
			look_into(h, procfd, number_of(d), &budget);
	}
}

static bool still_holds(const struct entry *entry)
{
	char path[64];

	(void)snprintf(path, sizeof(path), "/proc/%" PRId64 "/fd/%d",
		       entry->who.pid, entry->fd);
	return socket_inode(AT_FDCWD, path) == entry->inode;
}

/* after a pass that this socket was the reason for */
static void back_off(struct entry *entry, int64_t looked_ns)
{
	if (entry->held) {
		entry->pause_ns = 0;
		entry->retry_ns = 0;
		return;
	}
	entry->pause_ns =
		entry->pause_ns ? 2 * entry->pause_ns : RETRY_FIRST_NS;
	if (entry->pause_ns > RETRY_MOST_NS)
		entry->pause_ns = RETRY_MOST_NS;
	entry->retry_ns = looked_ns + entry->pause_ns;
}

void holders_find(struct holders *h, uint64_t inode, int64_t since_ns,
		  struct holder *out)
{
	struct entry *entry;

	*out = (struct holder){0};
	if (inode == 0)
		return;
	entry = entry_of(h, inode);
	if (entry->held && !still_holds(entry))
		entry->held = false;
	if (!entry->held && h->looked_ns < since_ns &&
	    since_ns >= entry->retry_ns) {
		look_through(h);
		entry = entry_of(h, inode);
		back_off(entry, h->looked_ns);
	}
	if (entry->held)
		*out = entry->who;
}

void holders_recall(const struct holders *h, uint64_t inode, struct holder *out)
{
	uint32_t at = idmap_get(&h->index, inode);

	*out = at == IDMAP_NONE ? (struct holder){0} : h->entries.v[at].who;
}
