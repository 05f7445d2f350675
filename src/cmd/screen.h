/*
 * screen.h - results as they come, and who still waits, on a terminal
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct batch_view;
struct outcome;
struct report_run;

/**
 * struct screen - what is on the terminal
 * @lines: print a line a scenario to stdout as it ends
 * @live: stderr is a terminal: keep lines about those alive at its bottom
 * @run: what line widths are taken from; borrowed
 * @drawn: lines at the bottom that are to be wiped
 */
struct screen {
	bool lines;
	bool live;
	const struct report_run *run;
	size_t drawn;
};

/** screen_done - batch's done(): wipe, print the outcome's line */
void screen_done(void *screen, const struct outcome *outcome);

/** screen_tick - batch's tick(): draw who is alive and how long they wait */
void screen_tick(void *screen, const struct batch_view *view);

/** screen_columns - how wide the terminal on stderr is: ioctl_tty(2); 80 if it
 * does not say */
int screen_columns(void);

/** screen_wipe - take the live lines away */
void screen_wipe(struct screen *screen);
