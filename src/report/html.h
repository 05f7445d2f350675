/*
 * html.h - what the page of a run is put together from
 */
#pragma once

#include <jansson.h>

struct report_result;
struct report_run;
struct str;

/** html_page_head - the page up to where the data goes: its style, its
 * scripts; made of html/ by html/embed.py */
extern const char html_page_head[];

/** html_page_tail - and what follows the data */
extern const char html_page_tail[];

/** struct html_picture - all that pictures of one scenario are drawn from */
struct html_picture;

/**
 * html_picture_new - fold a scenario's journal
 * @result: borrowed for the picture's life
 *
 * Return: caller frees with html_picture_free(); without a journal one of
 * which there is nothing to draw.
 */
struct html_picture *html_picture_new(const struct report_result *result);

/** html_picture_free - release it; NULL is fine */
void html_picture_free(struct html_picture *picture);

/**
 * html_picture_moves - how often each transition was taken: judge/moves.h
 *
 * Return: {"7": 1, "L12": 2}, without those never taken; the caller's
 * reference.
 */
json_t *html_picture_moves(const struct html_picture *picture);

/** html_picture_print - append the scenario as one JSON object: see
 * html_picture.c */
void html_picture_print(const struct html_picture *picture,
			const struct report_run *run, struct str *out);

/**
 * html_way - how a browser gets from the report to a scenario's folder
 * @run: names the report's file, and where relative names begin
 * @folder: as in struct report_result
 *
 * Return: "close/client-first", escaped as in a URL; caller frees; NULL
 * without a @folder.
 */
char *html_way(const struct report_run *run, const char *folder);
