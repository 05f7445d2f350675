/*
 * pcapng.c - a capture file that Wireshark opens
 *
 * DOC: Theory of operation
 *
 * A file is a row of blocks in the byte order of the machine: a section
 * header, then interface descriptions, packets and statistics as they come.
 * Each is whole by itself, so a file whose writer was killed can be read up to
 * its last whole block. Blocks gather in memory and go out 64 KiB at a time, or
 * when the caller thinks that a reader may want them.
 */
#include "observe/pcapng.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/err.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/scope.h"
#include "base/str.h"
#include "observe/pcapng_format.h"

/** FLUSH_BYTES - write out when so much has gathered */
#define FLUSH_BYTES 65536

struct pcapng {
	int dirfd;
	int fd;
	int failed; /* first error; negative errno */
	uint32_t n_interfaces;
	struct str pending;
	char *name;
};

static void put(struct pcapng *p, const void *bytes, size_t n)
{
	static const char zeros[4] = {0};

	str_addn(&p->pending, bytes, n);
	str_addn(&p->pending, zeros, -n & 3);
}

static void put16(struct pcapng *p, uint16_t low, uint16_t high)
{
	uint16_t both[] = {low, high};

	put(p, both, sizeof(both));
}

static void put32(struct pcapng *p, uint32_t value)
{
	put(p, &value, sizeof(value));
}

/* the format has the high half first, whatever the byte order */
static void put64(struct pcapng *p, uint64_t value)
{
	put32(p, (uint32_t)(value >> 32));
	put32(p, (uint32_t)value);
}

static void put_option(struct pcapng *p, uint16_t code, const void *value,
		       size_t n)
{
	if (n > LONG_OPTION)
		n = LONG_OPTION;
	put16(p, code, (uint16_t)n);
	put(p, value, n);
}

static void put_text(struct pcapng *p, uint16_t code, const char *text)
{
	if (text)
		put_option(p, code, text, strlen(text));
}

/* a block's length stands at its begin and at its end */
static size_t begin(struct pcapng *p, uint32_t type)
{
	size_t at = p->pending.len;

	put32(p, type);
	put32(p, 0);
	return at;
}

static void end(struct pcapng *p, size_t at)
{
	uint32_t len;

	put16(p, OPTION_END, 0);
	len = (uint32_t)(p->pending.len - at + sizeof(len));
	put32(p, len);
	memcpy(p->pending.s + at + sizeof(len), &len, sizeof(len));
	if (p->pending.len >= FLUSH_BYTES)
		(void)pcapng_flush(p); /* sticky: pcapng_close() tells */
}

static int open_new(int dirfd, const char *name)
{
	return openat(dirfd, name,
		      O_RDWR | O_CREAT | O_EXCL | O_APPEND | O_NOFOLLOW |
			      O_CLOEXEC,
		      0666);
}

int pcapng_create(int dirfd, const char *name, const char *comment,
		  struct pcapng **out, struct err *err)
{
	struct pcapng *p = mem_new(struct pcapng, 1);
	size_t at;
	int rc;

	/* to be read again by pcapng_annotate(), wherever the folder is then */
	p->dirfd = openat(dirfd, ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	p->fd = open_new(dirfd, name);
	if (p->fd < 0 || p->dirfd < 0) {
		rc = err_sys(err, -errno, "%s", name);
		fd_close(&p->fd);
		fd_close(&p->dirfd);
		free(p);
		return rc;
	}
	p->name = mem_strdup(name);
	at = begin(p, BLOCK_SECTION);
	put32(p, BYTE_ORDER_MAGIC);
	put16(p, 1, 0); /* version 1.0 */
	put64(p, UINT64_MAX); /* the section's length is not known */
	put_text(p, OPTION_COMMENT, comment);
	put_text(p, SECTION_APP, "tcplab");
	end(p, at);
	*out = p;
	return 0;
}

uint32_t pcapng_interface(struct pcapng *p, const char *name,
			  const char *description)
{
	static const uint8_t resolution = 9;
	size_t at = begin(p, BLOCK_INTERFACE);

	put16(p, LINK_ETHERNET, 0);
	put32(p, 0); /* packets are kept whole */
	put_text(p, IF_NAME, name);
	put_text(p, IF_DESCRIPTION, description);
	put_option(p, IF_TSRESOL, &resolution, sizeof(resolution));
	end(p, at);
	return p->n_interfaces++;
}

void pcapng_packet(struct pcapng *p, const struct pcapng_packet *packet)
{
	uint32_t flags = packet->out ? PACKET_OUT : PACKET_IN;
	size_t at = begin(p, BLOCK_PACKET);

	put32(p, packet->interface);
	put64(p, (uint64_t)packet->wall_ns);
	put32(p, packet->len);
	put32(p, packet->whole_len);
	put(p, packet->bytes, packet->len);
	put_text(p, OPTION_COMMENT, packet->comment);
	put_option(p, PACKET_FLAGS, &flags, sizeof(flags));
	end(p, at);
}

void pcapng_statistics(struct pcapng *p, uint32_t interface, int64_t wall_ns,
		       uint64_t received, uint64_t dropped)
{
	size_t at = begin(p, BLOCK_STATISTICS);

	put32(p, interface);
	put64(p, (uint64_t)wall_ns);
	/* 64-bit values of options are in the machine's byte order */
	put_option(p, STAT_RECEIVED, &received, sizeof(received));
	put_option(p, STAT_DROPPED, &dropped, sizeof(dropped));
	end(p, at);
}

int pcapng_flush(struct pcapng *p)
{
	if (!p->failed && p->pending.len)
		p->failed = file_write_all(p->fd, p->pending.s, p->pending.len);
	p->pending.len = 0;
	return p->failed;
}

/* no name that somebody could have put a trap at; O_EXCL takes none */
static char *part_name(const char *name)
{
	uint64_t salt = 0;

	(void)getrandom(&salt, sizeof(salt), GRND_NONBLOCK);
	return mem_printf("%s.part-%016llx", name, (unsigned long long)salt);
}

int pcapng_annotate(struct pcapng *p, const struct pcapng_comment *comments,
		    size_t n, struct err *err)
{
	SCOPED_FREE char *part = part_name(p->name);
	int rc = pcapng_flush(p);
	int fd;

	if (rc < 0)
		return err_sys(err, rc, "%s", p->name);
	fd = open_new(p->dirfd, part);
	if (fd < 0)
		return err_sys(err, -errno, "%s with comments", p->name);
	rc = pcapng_copy(p->fd, fd, comments, n);
	if (rc == 0 && renameat(p->dirfd, part, p->dirfd, p->name) < 0)
		rc = -errno;
	if (rc < 0) {
		(void)unlinkat(p->dirfd, part, 0); /* best effort: rc is told */
		fd_close(&fd);
		return err_sys(err, rc, "%s with comments", p->name);
	}
	fd_close(&p->fd);
	p->fd = fd;
	return 0;
}

int pcapng_close(struct pcapng *p, struct err *err)
{
	int rc;

	if (!p)
		return 0;
	rc = pcapng_flush(p);
	/* NFS reports a full disk only here (close(2)) */
	if (close(p->fd) < 0 && !rc)
		rc = -errno;
	if (rc < 0)
		(void)err_sys(err, rc, "%s", p->name);
	fd_close(&p->dirfd);
	str_done(&p->pending);
	free(p->name);
	free(p);
	return rc;
}
