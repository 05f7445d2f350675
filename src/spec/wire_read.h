/*
 * wire_read.h - read steps that change the wire
 */
#pragma once

struct node;
struct step;
struct story;

/** wire_read_cut - read cut and heal: [a, b], or "a > b" */
void wire_read_cut(struct story *story, const struct node *name,
		   const struct node *node, struct step *step);

/** wire_read_set - read set: {between: [a, b], loss: 10%} */
void wire_read_set(struct story *story, const struct node *name,
		   const struct node *node, struct step *step);

/** wire_read_forget - read forget: [a, b] */
void wire_read_forget(struct story *story, const struct node *name,
		      const struct node *node, struct step *step);

/** wire_read_fault - read release, arm and disarm: a fault's name */
void wire_read_fault(struct story *story, const struct node *name,
		     const struct node *node, struct step *step);

/** wire_read_inject - read inject: {…} */
void wire_read_inject(struct story *story, const struct node *name,
		      const struct node *node, struct step *step);
