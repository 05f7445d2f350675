/*
 * inside.h - the first process of a guest: mount, run the job, power off
 */
#pragma once

/** INSIDE_MARK - begins each line on the console that is ours: the mark, then
 * "ready", "begin N", "end N STATUS", "over", or "error TEXT"; while an item is
 * under way, those of run/progress.h */
#define INSIDE_MARK "@tcplab "

/**
 * inside_main - be a guest's init
 * @argc: number of arguments
 * @argv: the second one is the path of the job's file
 *
 * Runs each scenario of the job, one after the other: where time is virtual,
 * waiting is free. Prints how far it came on the console. Ends by powering the
 * guest off; returns only if it is not PID 1.
 *
 * Return: an exit status.
 */
int inside_main(int argc, char **argv);
