/*
 * frames.c - a lab's capture: which interfaces, and into which file
 */
#include "run/frames.h"

#include <stdbool.h>

#include "base/err.h"
#include "observe/capture.h"
#include "observe/pcapng.h"
#include "run/lab.h"
#include "run/run.h"
#include "run/wires.h"
#include "spec/scenario.h"
#include "spec/topology.h"
#include "topo/topo.h"

/** FRAMES_ALL - room in all, shared by the interfaces: 64 MiB */
#define FRAMES_ALL 32768U

/** FRAMES_MOST, FRAMES_LEAST - for one of them, however few or many */
#define FRAMES_MOST  4096U
#define FRAMES_LEAST 32U

/** FRAMES_FEW - for one of a lab where little is said: 1 MB, which the kernel
 * has to clear before and to free afterwards */
#define FRAMES_FEW 512U

/** LITTLE - bytes, of all agents; with segments of 536 bytes, an ACK each, and
 * half of them sent again, no more frames than FRAMES_FEW */
#define LITTLE 65536

static void count_act(const struct act *act, int64_t *bytes)
{
	/* nobody knows what others say */
	if (act->verb == VERB_RUN || act->verb == VERB_SPAWN)
		*bytes = LITTLE;
	if (act->verb == VERB_SEND && act->bytes > 0 && *bytes < LITTLE)
		*bytes += act->bytes;
}

static bool says_little(const struct scenario *scenario)
{
	int64_t bytes = 0;

	for (size_t i = 0; i < scenario->n_steps; i++) {
		const struct step *step = &scenario->steps[i];

		if (step->kind == STEP_ACT)
			count_act(&step->act, &bytes);
		for (size_t j = 0; j < step->n_together; j++)
			count_act(&step->together[j].act, &bytes);
	}
	return bytes < LITTLE;
}

static unsigned int room_for_each(const struct lab *lab)
{
	unsigned int room =
		says_little(lab->scenario) ? FRAMES_FEW : FRAMES_MOST;
	size_t n_ports = 0;

	for (size_t i = 0; i < lab->scenario->topology->n_hosts; i++)
		n_ports += topo_ports(lab->topo, i);
	if (n_ports > FRAMES_ALL / room)
		room = (unsigned int)(FRAMES_ALL / n_ports);
	return room > FRAMES_LEAST ? room : FRAMES_LEAST;
}

static void tell_gap(struct lab *lab, const char *host, int64_t to_ns,
		     const char *why)
{
	struct event event = {
		.kind = EVENT_GAP,
		.host = host,
		.gap = {.source = "segments", .to_ns = to_ns, .why = why},
	};

	lab_emit(lab, &event);
}

static void add_host(struct lab *lab, size_t host, unsigned int room)
{
	for (size_t i = 0; i < topo_ports(lab->topo, host); i++) {
		struct topo_port port = topo_port(lab->topo, host, i);
		const struct capture_port tapped = {
			.host = lab_host(lab, host),
			.name = port.name,
			.to = lab_host(lab, port.to),
			.netns_fd = topo_host_netns(lab->topo, host),
			.ifindex = port.ifindex,
			.frames = room,
		};
		struct err err = {0};

		if (capture_add(lab->capture, &tapped, &err) < 0)
			tell_gap(lab, tapped.host, INT64_MAX, err.text);
	}
}

int frames_open(struct lab *lab, int dirfd, struct err *err)
{
	const struct topology *topology = lab->scenario->topology;
	unsigned int room = room_for_each(lab);
	int rc = pcapng_create(dirfd, RUN_CAPTURE, lab->scenario->title,
			       &lab->frames, err);

	if (rc == 0)
		rc = capture_new(&lab->sink, lab->frames, &lab->capture, err);
	/* only what a fault or a step touches is looked for */
	if (rc == 0 && wires_fd(lab) >= 0)
		capture_watch_digests(lab->capture);
	for (size_t i = 0; rc == 0 && i < topology->n_hosts; i++)
		if (topology->hosts[i].kind != HOST_KIND_SWITCH)
			add_host(lab, i, room);
	if (rc == 0)
		capture_prepare(lab->capture);
	return rc;
}

void frames_start(struct lab *lab)
{
	capture_start(lab->capture);
}

void frames_end(struct lab *lab)
{
	struct err err = {0};

	capture_end(lab->capture);
	if (lab->frames && pcapng_flush(lab->frames) < 0)
		(void)err_sys(&err, pcapng_flush(lab->frames), RUN_CAPTURE);
	else if (lab->capture)
		(void)capture_annotate(lab->capture, &err);
	if (err.code)
		tell_gap(lab, NULL, lab_now_ns(lab), err.text);
}

void frames_close(struct lab *lab)
{
	capture_free(lab->capture);
	lab->capture = NULL;
	(void)pcapng_close(lab->frames, NULL); /* frames_end() has told */
	lab->frames = NULL;
}
