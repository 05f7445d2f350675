/*
 * pin.h - keep a process, and all that it starts, on one processor
 */
#pragma once

/**
 * pin_to - stay on one of the processors that we may run on
 * @nth: which; counted round
 *
 * User-Mode Linux runs each of a guest's processes in one of its own, under
 * ptrace(2), and the two take turns at every system call. On two processors
 * each turn wakes an idle one, and waits for the other to be off its own
 * (kernel/sched/core.c wait_task_inactive()): seen five times as slow as on
 * one. Best effort: without it a guest is slow, and as good.
 */
void pin_to(unsigned int nth);
