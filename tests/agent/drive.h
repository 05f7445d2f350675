/*
 * drive.h - an agent without a lab: a forked child, on the loopback
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "agent/agent.h"
#include "base/vec.h"

/** DRIVE_WAIT_MS - a test that waits longer than this has failed */
#define DRIVE_WAIT_MS 20000

/**
 * struct drive - an agent under test
 * @agent: the parent's handle
 * @op: the last operation given to it
 * @log: all that it said, and nobody asked for yet
 */
struct drive {
	struct agent agent;
	uint64_t op;
	VEC(struct agent_msg) log;
};

/** drive_start - fork an agent_main(); stop it with drive_stop() */
void drive_start(struct drive *drive);

/** drive_stop - let it quit; returns its exit status */
int drive_stop(struct drive *drive);

/** drive_adopt - drive what an agent forked */
void drive_adopt(struct drive *drive, struct agent_msg *forked);

/** drive_release - close the handle of a drive that is not our child */
void drive_release(struct drive *drive);

/** drive_act - tell it to do something; returns the operation */
uint64_t drive_act(struct drive *drive, const struct act *act,
		   const struct endpoint *addr);

/** drive_wait - the next message of that kind (and that op unless 0) */
struct agent_msg drive_wait(struct drive *drive, enum agent_msg_kind kind,
			    uint64_t op);

/** drive_do - drive_act(), and its end */
struct agent_msg drive_do(struct drive *drive, const struct act *act,
			  const struct endpoint *addr);

/** drive_calls - "socket bind listen" so far of an operation that ended, in
 * the caller's buffer; failed calls with a '!' behind; forgets them */
const char *drive_calls(struct drive *drive, uint64_t op, char *buf,
			size_t size);

/** drive_until_in_call - wait until a thread is inside that system call
 * @number: __NR_recvfrom … */
void drive_until_in_call(const struct drive *drive, long number);

/** drive_loopback - 127.0.0.1 and a port, in host order */
struct endpoint drive_loopback(uint16_t port);

/** drive_text - a literal where a struct act wants a char * */
char *drive_text(const char *s);

/** drive_act_on - a verb on a socket that exists */
struct act drive_act_on(enum verb verb, const char *socket);

/** drive_act_making - a verb that makes a socket */
struct act drive_act_making(enum verb verb, const char *socket);

/** drive_on - do a verb on a socket that exists, all else unset */
struct agent_msg drive_on(struct drive *drive, enum verb verb,
			  const char *socket);

/** drive_listen - listen on a port of the kernel's choice; returns where */
struct endpoint drive_listen(struct drive *drive, const char *name);

/** drive_connect - connect a new socket */
struct agent_msg drive_connect(struct drive *drive, const char *name,
			       const struct endpoint *to);

/** drive_accept - accept a connection */
struct agent_msg drive_accept(struct drive *drive, const char *name,
			      const char *listener);

/** drive_pair - "L" listens; "c" and "s" are the ends of a connection to it */
struct endpoint drive_pair(struct drive *drive);

/** drive_send - send a text */
struct agent_msg drive_send(struct drive *drive, const char *socket,
			    const char *what);
