/*
 * frames.h - a lab's capture: which interfaces, and into which file
 */
#pragma once

struct err;
struct lab;

/**
 * frames_open - get ready to listen to every interface of every host
 * @lab: its topology is built
 * @dirfd: the scenario's results folder: gets RUN_CAPTURE
 * @err: why the file could not be made
 *
 * A switch is left out: what its ports see, the hosts behind them see. If the
 * kernel refuses to let us listen, that is a gap from the begin on, and the
 * lab runs all the same.
 *
 * Return: 0; -ENOSPC, -EEXIST … for the file.
 */
int frames_open(struct lab *lab, int dirfd, struct err *err);

/** frames_start - listen from now on; by now it is hardly to be waited for */
void frames_start(struct lab *lab);

/** frames_end - take what is left, and write the file to its end; what could
 * not be written is a gap */
void frames_end(struct lab *lab);

/** frames_close - listen no more; nothing if there was no frames_open() */
void frames_close(struct lab *lab);
