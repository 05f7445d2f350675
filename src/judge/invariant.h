/*
 * invariant.h - what must hold in every run, whoever wrote its scenario
 *
 * DOC: Theory of operation
 *
 * A scenario says what it is about; these say what it need not: that TCP works.
 * Each looks for one thing that cannot be, and says nothing if it finds none.
 * What a scenario does on purpose is no violation: one that loses, delays or
 * forges segments, resets or kills, or that says a word about resets or
 * retransmissions, accounts for them. Where what was not seen could explain
 * what was, the finding is INCONCLUSIVE.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "judge/rule.h"
#include "tcp/seen.h"

struct history;

/**
 * struct allowance - what a scenario accounts for
 * @wires: segments may be lost, late, changed or forged: a fault, an injection,
 *	an impairment that is more than a delay, a NAT, a cut; or it says that
 *	one was forged
 * @resets: it aborts, or expects a failing call, or says something of RSTs
 * @retransmissions: it says something of them
 * @late: the machine may be late: time was real
 * @delay_ns: of all links, both ways: no way there and back is longer
 */
struct allowance {
	bool wires;
	bool resets;
	bool retransmissions;
	bool late;
	int64_t delay_ns;
};

/** INVARIANT_MOST - so many findings that expected the same are made */
#define INVARIANT_MOST 3

/** allowance_of - what the scenario of a ruling accounts for */
struct allowance allowance_of(const struct ruling *r);

/** allowance_closed - has a program on @host closed or shut down a socket of
 * that local port before @t_ns, or died, or is it nobody's of ours, so that
 * nobody knows */
bool allowance_closed(const struct ruling *r, const char *host, uint16_t port,
		      int64_t t_ns);

/** allowance_listened - has a program on @host listened on that port, for that
 * address, before @t_ns */
bool allowance_listened(const struct ruling *r, const char *host,
			const struct endpoint *at, int64_t t_ns);

/**
 * invariant_broken - add a finding: FAIL, or INCONCLUSIVE if a gap explains it
 * @r: the judgement
 * @source: of gaps that would: "segments"
 * @host: where; NULL: anywhere
 * @expected: owned by the finding from now on
 * @saw: likewise
 * @t_ns: when; gaps before count
 *
 * Return: borrowed until the next one is added; NULL if it was not, as there
 * are INVARIANT_MOST of the same already: where a capture lost a thousand
 * segments, a thousand seem to come out of nowhere.
 */
struct finding *invariant_broken(struct ruling *r, const char *source,
				 const char *host, char *expected, char *saw,
				 int64_t t_ns);

/** invariant_transitions - each is in the table of moves_at() */
void invariant_transitions(struct ruling *r);

/** invariant_paths - each end's path, as all witnesses tell it, is made of such
 * transitions, and what only a segment can bring about comes after one */
void invariant_paths(struct ruling *r, const struct history *history,
		     const struct allowance *allowed);

/** invariant_aborts - whoever sent a RST of a connection has no socket of it
 * afterwards; also where the scenario accounts for RSTs */
void invariant_aborts(struct ruling *r);

/** invariant_sources - nothing arrives that nobody sent */
void invariant_sources(struct ruling *r, const struct allowance *allowed);

/** invariant_numbers - no number is left out, nothing is acknowledged that has
 * not come, and no acknowledgement is taken back */
void invariant_numbers(struct ruling *r, const struct history *history);

/** invariant_resets - each RST is somebody's doing */
void invariant_resets(struct ruling *r, const struct allowance *allowed);

/** invariant_retransmissions - nothing is sent again without need */
void invariant_retransmissions(struct ruling *r,
			       const struct allowance *allowed);

/** invariant_bytes - nobody receives more than the other end sent */
void invariant_bytes(struct ruling *r, const struct history *history);

/** invariant_leftovers - what nobody holds is on its way to an end */
void invariant_leftovers(struct ruling *r, const struct allowance *allowed);
