/*
 * story_fault.h - follow what a scenario's steps do to its faults
 */
#pragma once

struct node;
struct story;

/**
 * story_fault_arm - a step arms a fault
 * @story: changed
 * @at: the name's node
 * @name: of the fault
 */
void story_fault_arm(struct story *story, const struct node *at,
		     const char *name);

/** story_fault_disarm - a step disarms it; likewise */
void story_fault_disarm(struct story *story, const struct node *at,
			const char *name);

/** story_fault_release - a step releases what it holds, and it holds no more;
 * likewise */
void story_fault_release(struct story *story, const struct node *at,
			 const char *name);

/** story_faults_end - tell of faults that wait for a step that never comes */
void story_faults_end(const struct story *story);
