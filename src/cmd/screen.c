/*
 * screen.c - results as they come, and who still waits, on a terminal
 */
#include "cmd/screen.h"

#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/scope.h"
#include "base/str.h"
#include "cmd/batch.h"

/** LIVE_MAX - live lines at most; the rest is counted */
#define LIVE_MAX 8

/** NARROW - columns of a terminal that does not say */
#define NARROW 80

/** LINE_MAX_BYTES - the longest live line */
#define LINE_MAX_BYTES 256

void screen_wipe(struct screen *screen)
{
	/* up a line, and clear it: ECMA-48 CUU and EL */
	for (; screen->drawn; screen->drawn--)
		(void)fputs("\033[A\033[2K", stderr);
	(void)fflush(stderr);
}

void screen_done(void *arg, const struct outcome *outcome)
{
	struct screen *screen = arg;
	SCOPED_STR struct str line = {0};

	screen_wipe(screen);
	if (!screen->lines)
		return;
	report_text_line(screen->run, &outcome->result, &line);
	(void)fputs(str_text(&line), stdout); /* main() looks at the end */
	(void)fflush(stdout);
}

int screen_columns(void)
{
	struct winsize size = {0};

	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) < 0 || size.ws_col < 20)
		return NARROW;
	return size.ws_col;
}

static void draw(const struct batch_lab *lab, int cols)
{
	int64_t now_ns = clock_now_ns();
	char line[LINE_MAX_BYTES];
	char left[24] = "";

	if (lab->until_ns > now_ns + NS_PER_S)
		(void)snprintf(left, sizeof(left), "at most %.0f s more",
			       (double)(lab->until_ns - now_ns) / 1e9);
	(void)snprintf(line, sizeof(line), "  %6.1f s  %-18s  %s: %s",
		       (double)(now_ns - lab->began_ns) / 1e9, left, lab->name,
		       lab->text);
	/* a byte is a column or less of one: never wraps */
	(void)fprintf(stderr, "%.*s\n", cols - 1, line);
}

void screen_tick(void *arg, const struct batch_view *view)
{
	struct screen *screen = arg;
	size_t shown = view->n_labs < LIVE_MAX ? view->n_labs : LIVE_MAX;
	int cols = screen_columns();

	if (!screen->live)
		return;
	screen_wipe(screen);
	(void)fprintf(stderr, "%zu of %zu done, %zu alive\n", view->n_done,
		      view->n_all, view->n_labs);
	screen->drawn = 1;
	for (size_t i = 0; i < shown; i++, screen->drawn++)
		draw(&view->labs[i], cols);
	if (shown < view->n_labs) {
		(void)fprintf(stderr, "  ... and %zu more\n",
			      view->n_labs - shown);
		screen->drawn++;
	}
}
