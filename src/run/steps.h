/*
 * steps.h - walk a lab through its scenario
 */
#pragma once

struct err;
struct lab;

/**
 * steps_run - take every step in turn, until one does not do as told
 * @lab: built, its agents running
 * @err: which step, and why; the journal says it too
 *
 * Return: 0; else negative: the steps behind were not taken.
 */
int steps_run(struct lab *lab, struct err *err);
