/*
 * wire_step.h - steps that change what lies between hosts
 *
 * Each returns 0; -EINVAL if what is asked for is not there; -EPIPE if the
 * process that carries frames is gone; else what the kernel refused.
 */
#pragma once

struct err;
struct lab;
struct step;

/** wire_step_cut - STEP_CUT, STEP_HEAL: both ways, or one */
int wire_step_cut(struct lab *lab, const struct step *step, struct err *err);

/** wire_step_set - STEP_SET: other impairments from now on */
int wire_step_set(struct lab *lab, const struct step *step, struct err *err);

/** wire_step_forget - STEP_FORGET: a NAT loses its table */
int wire_step_forget(struct lab *lab, const struct step *step, struct err *err);

/** wire_step_release - STEP_RELEASE: what a fault holds goes on */
int wire_step_release(struct lab *lab, const struct step *step,
		      struct err *err);

/** wire_step_arm - STEP_ARM, STEP_DISARM: a fault acts, or no longer */
int wire_step_arm(struct lab *lab, const struct step *step, struct err *err);

/** wire_step_inject - STEP_INJECT: a segment that nobody sent */
int wire_step_inject(struct lab *lab, const struct step *step, struct err *err);
