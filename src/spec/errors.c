/*
 * errors.c - every error of every file read, told with its source line
 */
#include "spec/errors.h"

#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "spec/encoding.h"

/** QUOTE_MAX - source lines of more bytes are not quoted: a caret far out in
 * a wrapped line points at nothing */
#define QUOTE_MAX 240

static size_t source_find(struct spec_errors *errors, const char *path)
{
	size_t n = errors->n_sources;

	for (size_t i = 0; i < n; i++)
		if (strcmp(errors->sources[i].path, path) == 0)
			return i;
	errors->sources =
		mem_resize(errors->sources, n + 1, sizeof(*errors->sources));
	errors->sources[n] = (struct spec_source){.path = mem_strdup(path)};
	errors->n_sources = n + 1;
	return n;
}

void spec_errors_source(struct spec_errors *errors, const char *path,
			const char *text, size_t len)
{
	size_t i = source_find(errors, path);
	struct spec_source *source = &errors->sources[i];

	free(source->text);
	source->text = mem_strndup(text, len);
	source->len = strlen(source->text);
}

void spec_errors_vadd(struct spec_errors *errors, const char *path,
		      struct spec_pos pos, const char *fmt, va_list ap)
{
	size_t n = errors->n_list;

	errors->count++;
	if (n == SPEC_ERRORS_MAX)
		return;
	errors->list = mem_resize(errors->list, n + 1, sizeof(*errors->list));
	errors->list[n] = (struct spec_error){
		.source = source_find(errors, path),
		.pos = pos,
		.text = mem_vprintf(fmt, ap),
	};
	errors->n_list = n + 1;
}

void spec_errors_add(struct spec_errors *errors, const char *path,
		     struct spec_pos pos, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	spec_errors_vadd(errors, path, pos, fmt, ap);
	va_end(ap);
}

size_t spec_errors_count(const struct spec_errors *errors)
{
	return errors->count;
}

/* the line numbered @number from 1, without its end; NULL if there is none */
static const char *line_find(const struct spec_source *source, int number,
			     size_t *len)
{
	const char *line = source->text;

	while (line && --number > 0) {
		line = strchr(line, '\n');
		if (line)
			line++;
	}
	if (line)
		*len = strcspn(line, "\r\n");
	return line;
}

/* bytes 10xxxxxx continue a character of UTF-8 */
static int continues(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

struct spec_pos spec_errors_place(const struct spec_errors *errors,
				  const char *path, struct spec_pos pos,
				  const char *text, size_t offset)
{
	size_t i = errors->n_sources;
	const char *line = NULL;
	size_t at = 0;
	size_t len = 0;

	/* a file that was read twice was read last in this form */
	while (i && strcmp(errors->sources[i - 1].path, path) != 0)
		i--;
	if (i)
		line = line_find(&errors->sources[i - 1], pos.line, &len);
	if (!line)
		return pos;
	for (int col = 1; at < len && (col < pos.col || continues(line[at]));
	     at++)
		col += !continues(line[at]);
	if (at < len && strchr("\"'", line[at])) {
		at++;
		pos.col++;
	}
	if (len - at < strlen(text) ||
	    memcmp(line + at, text, strlen(text)) != 0)
		return at && strchr("\"'", line[at - 1])
			       ? (struct spec_pos){pos.line, pos.col - 1}
			       : pos;
	for (size_t k = 0; k < offset; k++)
		pos.col += !continues(text[k]);
	return pos;
}

/*
 * The caret's line repeats the tabs in front of it, so that it stands below
 * the right character whatever width the reader's terminal gives a tab.
 */
static void quote(const struct spec_source *source, struct spec_pos pos,
		  struct str *out)
{
	size_t len = 0;
	const char *line = line_find(source, pos.line, &len);
	int col = 1;

	if (!line || !len || len > QUOTE_MAX)
		return;
	str_add(out, "    ");
	for (size_t i = 0, n; i < len; i += n ? n : 1) {
		unsigned char c = (unsigned char)line[i];

		n = encoding_length(line + i, len - i);
		/* a terminal must not be steered by a spec */
		if (!n || (c < ' ' && c != '\t') || c == 0x7f)
			str_addc(out, '?', 1);
		else
			str_addn(out, line + i, n);
	}
	str_add(out, "\n    ");
	for (size_t i = 0; i < len && col < pos.col; i++) {
		if (continues(line[i]))
			continue;
		str_addc(out, line[i] == '\t' ? '\t' : ' ', 1);
		col++;
	}
	str_add(out, "^\n");
}

static int error_compare(const struct spec_error *a, const struct spec_error *b)
{
	if (a->source != b->source)
		return a->source < b->source ? -1 : 1;
	if (a->pos.line != b->pos.line)
		return a->pos.line < b->pos.line ? -1 : 1;
	if (a->pos.col != b->pos.col)
		return a->pos.col < b->pos.col ? -1 : 1;
	return 0;
}

/* insertion keeps the order of what stands at one place; qsort(3) may not */
static void sort(const struct spec_error **list, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		const struct spec_error *e = list[i];
		size_t j = i;

		while (j > 0 && error_compare(list[j - 1], e) > 0) {
			list[j] = list[j - 1];
			j--;
		}
		list[j] = e;
	}
}

void spec_errors_text(const struct spec_errors *errors, struct str *out)
{
	const struct spec_error *list[SPEC_ERRORS_MAX] = {0};

	for (size_t i = 0; i < errors->n_list; i++)
		list[i] = &errors->list[i];
	sort(list, errors->n_list);
	for (size_t i = 0; i < errors->n_list; i++) {
		const struct spec_error *e = list[i];
		const struct spec_source *source = &errors->sources[e->source];

		str_add(out, source->path);
		if (e->pos.line > 0)
			str_addf(out, ":%d:%d", e->pos.line, e->pos.col);
		str_addf(out, ": error: %s\n", e->text);
		if (e->pos.line > 0)
			quote(source, e->pos, out);
	}
	if (errors->count > errors->n_list)
		str_addf(out, "%zu more errors are not shown\n",
			 errors->count - errors->n_list);
}

void spec_errors_done(struct spec_errors *errors)
{
	for (size_t i = 0; i < errors->n_list; i++)
		free(errors->list[i].text);
	free(errors->list);
	for (size_t i = 0; i < errors->n_sources; i++) {
		free(errors->sources[i].path);
		free(errors->sources[i].text);
	}
	free(errors->sources);
	*errors = (struct spec_errors){0};
}
