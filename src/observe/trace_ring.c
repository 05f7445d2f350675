/*
 * trace_ring.c - the rings of an instance of the tracer: one a processor
 *
 * A ring is read a page at a time, in the kernel's own form (ring-buffer-design
 * .rst; "trace_pipe_raw" in ftrace.rst): no text is made of records that we
 * throw away. libtraceevent knows the form.
 */
#include "observe/trace_ring.h"

#include <dirent.h>
#include <errno.h>
#include <kbuffer.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/scope.h"
#include "base/vec.h"
#include "observe/tracefs.h"

/** PAGE_BYTES - the longest page that a kernel may have, or be told to read
 * rings by ("buffer_subbuf_size_kb") */
#define PAGE_BYTES 65536

/** PAGES_AT_ONCE - so many of one ring at a time: more than it holds, 1.4 MB
 * unless told otherwise */
#define PAGES_AT_ONCE 1024

struct trace_ring {
	int epfd;
	VEC(int) fds;
	struct kbuffer *page;
	uint8_t *bytes; /* PAGE_BYTES */
};

static int add(struct trace_ring *ring, const char *name, const char *cpu)
{
	SCOPED_FREE char *file = mem_printf("per_cpu/%s/trace_pipe_raw", cpu);
	int fd = tracefs_open(name, file);
	struct epoll_event ready = {.events = EPOLLIN};

	if (fd < 0)
		return fd;
	vec_push(&ring->fds, fd);
	return epoll_ctl(ring->epfd, EPOLL_CTL_ADD, fd, &ready) < 0 ? -errno
								    : 0;
}

static int add_all(struct trace_ring *ring, const char *name)
{
	SCOPED_FREE char *path =
		mem_printf(TRACEFS_ROOT "/instances/%s/per_cpu", name);
	SCOPED_DIR DIR *dir = opendir(path);
	struct dirent *entry;
	int rc = 0;

	if (!dir)
		return -errno;
	while (rc == 0 && (entry = readdir(dir)))
		if (strncmp(entry->d_name, "cpu", 3) == 0)
			rc = add(ring, name, entry->d_name);
	return rc;
}

int trace_ring_open(const char *name, struct trace_ring **out, struct err *err)
{
	struct trace_ring *ring = mem_new(struct trace_ring, 1);
	int rc = 0;

	ring->bytes = mem_new(uint8_t, PAGE_BYTES);
	ring->page = kbuffer_alloc(KBUFFER_LSIZE_SAME_AS_HOST,
				   KBUFFER_ENDIAN_SAME_AS_HOST);
	ring->epfd = epoll_create1(EPOLL_CLOEXEC);
	if (ring->epfd < 0)
		rc = -errno;
	else if (!ring->page)
		rc = -ENOMEM;
	else
		rc = add_all(ring, name);
	if (rc < 0) {
		trace_ring_close(ring);
		return err_sys(err, rc, "the rings of the tracer");
	}
	*out = ring;
	return 0;
}

void trace_ring_close(struct trace_ring *ring)
{
	if (!ring)
		return;
	vec_foreach(&ring->fds, fd)
		fd_close(fd);
	vec_done(&ring->fds);
	fd_close(&ring->epfd);
	if (ring->page)
		kbuffer_free(ring->page);
	free(ring->bytes);
	free(ring);
}

int trace_ring_fd(const struct trace_ring *ring)
{
	return ring->epfd;
}

static bool take_page(struct trace_ring *ring, trace_ring_fn *fn, void *arg)
{
	unsigned long long t_ns;
	bool lost = false;
	void *data;

	if (kbuffer_load_subbuffer(ring->page, ring->bytes) < 0)
		return true;
	lost = kbuffer_missed_events(ring->page) != 0;
	for (data = kbuffer_read_event(ring->page, &t_ns); data;
	     data = kbuffer_next_event(ring->page, &t_ns))
		fn(data, (size_t)kbuffer_event_size(ring->page), (int64_t)t_ns,
		   arg);
	return lost;
}

bool trace_ring_take(struct trace_ring *ring, trace_ring_fn *fn, void *arg)
{
	bool lost = false;

	vec_foreach(&ring->fds, fd) {
		for (int i = 0; i < PAGES_AT_ONCE; i++) {
			if (read(*fd, ring->bytes, PAGE_BYTES) <= 0)
				break; /* EAGAIN: that was all */
			lost = take_page(ring, fn, arg) || lost;
		}
	}
	return lost;
}
