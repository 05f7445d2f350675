/*
 * run_options.c - the command line of "tcplab run"
 */
#include "cmd/run_options.h"

#include <errno.h>
#include <getopt.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/units.h"
#include "cmd/option.h"

/** NUMBER_MAX - the largest --jobs, --repeat and --retries */
#define NUMBER_MAX 100000

/** WALL_LIMIT_NS - how long a guest may take for one step, unless told */
#define WALL_LIMIT_NS (120 * NS_PER_S)

enum {
	OPT_TAG = 256,
	OPT_NAME,
	OPT_REPEAT,
	OPT_RETRIES,
	OPT_SEED,
	OPT_KEEP_GOING,
	OPT_FAIL_FAST,
	OPT_RESULTS,
	OPT_FORMAT,
	OPT_KERNEL,
	OPT_KERNELS,
	OPT_VIRTUAL,
	OPT_WALL_LIMIT,
	OPT_BISECT,
	OPT_DETERMINISTIC,
};

static const struct option long_options[] = {
	{"jobs", required_argument, NULL, 'j'},
	{"tag", required_argument, NULL, OPT_TAG},
	{"name", required_argument, NULL, OPT_NAME},
	{"repeat", required_argument, NULL, OPT_REPEAT},
	{"retries", required_argument, NULL, OPT_RETRIES},
	{"seed", required_argument, NULL, OPT_SEED},
	{"keep-going", no_argument, NULL, OPT_KEEP_GOING},
	{"fail-fast", no_argument, NULL, OPT_FAIL_FAST},
	{"results", required_argument, NULL, OPT_RESULTS},
	{"kernel", required_argument, NULL, OPT_KERNEL},
	{"kernels", required_argument, NULL, OPT_KERNELS},
	{"virtual", no_argument, NULL, OPT_VIRTUAL},
	{"wall-limit", required_argument, NULL, OPT_WALL_LIMIT},
	{"bisect", no_argument, NULL, OPT_BISECT},
	{"deterministic", no_argument, NULL, OPT_DETERMINISTIC},
	{"format", required_argument, NULL, OPT_FORMAT},
	{"verbose", no_argument, NULL, 'v'},
	{"quiet", no_argument, NULL, 'q'},
	{"help", no_argument, NULL, 'h'},
	{0},
};

static int number(const char *text, unsigned long min, unsigned long max,
		  unsigned long *out)
{
	unsigned long value;
	char *end;

	if (text[0] < '0' || text[0] > '9')
		return -EINVAL;
	errno = 0;
	value = strtoul(text, &end, 10);
	if (errno || *end || value < min || value > max)
		return -EINVAL;
	*out = value;
	return 0;
}

static int add_filter(const char *arg, const char **list, size_t *n)
{
	if (*n == FILTERS_MAX)
		return -E2BIG;
	list[(*n)++] = arg;
	return 0;
}

/* the last one that is said counts */
static int set_kernels(struct run_options *o, const char *text, bool several,
		       struct err *err)
{
	free(o->kernel_list);
	o->kernel_list = mem_strdup(text);
	o->n_kernels = 0;
	for (char *p = o->kernel_list; p;) {
		char *end = several ? strchr(p, ',') : NULL;

		if (o->n_kernels == KERNELS_MAX)
			return err_set(err, -E2BIG, "too many kernels");
		if (end)
			*end++ = '\0';
		if (several && !*p)
			return err_set(err, -EINVAL,
				       "--kernels takes names with a comma "
				       "between two, not '%s'",
				       text);
		o->kernels[o->n_kernels++] = p;
		p = end;
	}
	return 0;
}

void run_options_done(struct run_options *o)
{
	free(o->kernel_list);
	o->kernel_list = NULL;
}

static int take_option(struct run_options *o, int opt, struct err *err)
{
	switch (opt) {
	case 'j':
		return number(optarg, 1, NUMBER_MAX, &o->jobs)
			       ? err_set(err, -EINVAL,
					 "--jobs takes a number from 1, not "
					 "'%s'",
					 optarg)
			       : 0;
	case OPT_REPEAT:
		return number(optarg, 1, NUMBER_MAX, &o->repeat)
			       ? err_set(err, -EINVAL,
					 "--repeat takes a number from 1, not "
					 "'%s'",
					 optarg)
			       : 0;
	case OPT_RETRIES:
		o->has_retries = true;
		return number(optarg, 0, NUMBER_MAX, &o->retries)
			       ? err_set(err, -EINVAL,
					 "--retries takes a number, not '%s'",
					 optarg)
			       : 0;
	case OPT_SEED:
		o->has_seed = true;
		return number(optarg, 0, (unsigned long)INT64_MAX, &o->seed)
			       ? err_set(err, -EINVAL,
					 "--seed takes a number, not '%s'",
					 optarg)
			       : 0;
	case OPT_TAG:
		return add_filter(optarg, o->tags, &o->n_tags)
			       ? err_set(err, -E2BIG, "too many --tag")
			       : 0;
	case OPT_NAME:
		return add_filter(optarg, o->names, &o->n_names)
			       ? err_set(err, -E2BIG, "too many --name")
			       : 0;
	case OPT_FORMAT:
		return outputs_add(&o->outputs, optarg, err);
	case OPT_RESULTS:
		o->results = optarg;
		return 0;
	case OPT_VIRTUAL:
		return set_kernels(o, "uml", false, err);
	case OPT_KERNEL:
		return set_kernels(o, optarg, false, err);
	case OPT_KERNELS:
		return set_kernels(o, optarg, true, err);
	case OPT_WALL_LIMIT:
		return duration_parse(optarg, &o->wall_limit_ns) < 0 ||
				       o->wall_limit_ns <= 0
			       ? err_set(err, -EINVAL,
					 "--wall-limit takes a duration like "
					 "120s, not '%s'",
					 optarg)
			       : 0;
	case OPT_KEEP_GOING:
	case OPT_FAIL_FAST:
		o->fail_fast = opt == OPT_FAIL_FAST;
		return 0;
	case OPT_DETERMINISTIC:
		o->deterministic = true;
		return 0;
	case OPT_BISECT:
		o->bisect = true;
		return 0;
	case 'v':
		o->verbose = true;
		return 0;
	case 'q':
		o->quiet = true;
		return 0;
	default:
		return 0; /* no other is in the table */
	}
}

int run_options_parse(int argc, char **argv, struct run_options *o,
		      struct err *err)
{
	int opt;

	*o = (struct run_options){.results = "results",
				  .repeat = 1,
				  .wall_limit_ns = WALL_LIMIT_NS};
	while ((opt = getopt_long(argc, argv, "hj:vq", long_options, NULL)) !=
	       -1) {
		int rc;

		if (opt == 'h')
			return 1;
		if (opt == '?')
			return option_refused(argv, long_options, err);
		rc = take_option(o, opt, err);
		if (rc < 0)
			return rc;
	}
	if (o->deterministic && o->repeat == 1)
		o->repeat = 2;
	/* who repeats wants to know how often that happens */
	if (!o->has_retries && o->repeat == 1)
		o->retries = 1;
	return 0;
}

const char run_options_help[] =
	"A PATH is a scenario file, or a folder of them. Each scenario "
	"gets\n"
	"its own hosts, made of network namespaces that nothing else "
	"can\n"
	"see; many run at once. Root is not needed. Those of a folder "
	"that\n"
	"take hours (time: virtual) are left out where time is "
	"real.\n\n"
	"Options:\n"
	"  -j, --jobs N            labs alive at once (default: all "
	"that\n"
	"                          fit: 16 a CPU, 4 a CPU of which\n"
	"                          have just begun)\n"
	"      --tag TAG           only those with one of these tags; "
	"a\n"
	"                          scenario's folder is a tag\n"
	"      --name GLOB         only those with such a name:\n"
	"                          'close/*'\n"
	"      --repeat N          run each N times, print the flake "
	"rate; in\n"
	"                          virtual time compare what happened, too\n"
	"      --deterministic     fail if that is not the same each time "
	"(see\n"
	"                          tcplab canon); at least --repeat 2\n"
	"      --retries N         in real time: run what was INCONCLUSIVE "
	"once\n"
	"                          more, by itself, up to N times (default: "
	"1;\n"
	"                          with --repeat 0)\n"
	"      --seed N            for whatever is drawn by chance; with the "
	"same\n"
	"                          one virtual time passes the same way\n"
	"      --keep-going        run all, whatever fails (default)\n"
	"      --fail-fast         end at the first that does not "
	"pass\n"
	"      --results DIR       where to leave journals, verdicts "
	"and\n"
	"                          report.html (default: results)\n"
	"      --virtual           in virtual time, where a minute "
	"takes no\n"
	"                          time: in guests of a User-Mode "
	"Linux\n"
	"                          kernel (see tcplab kernel)\n"
	"      --kernel SPEC       likewise, in this kernel: uml, "
	"uml:6.12,\n"
	"                          uml:PATH; FILE: a bzImage or a Debian "
	"package\n"
	"                          with a kernel, under QEMU; or host, "
	"the\n"
	"                          machine's own\n"
	"      --kernels SPEC,...  the same on each of these, one after the "
	"other,\n"
	"                          and a table of what differs\n"
	"      --wall-limit TIME   kill a guest that takes so long for one "
	"step\n"
	"                          by the machine's clock (default: 120s)\n"
	"      --bisect            exit as git bisect run wants it: 125, "
	"skip,\n"
	"                          where nothing was proved; 128, stop, if "
	"it\n"
	"                          was called wrongly\n"
	"      --format F[=FILE]   report: text, ladder, json, junit, ... "
	"(see\n"
	"                          tcplab list --formats); to stdout, or to\n"
	"                          FILE; may be repeated\n"
	"  -v, --verbose           tell the story of a PASS too, and of a "
	"single\n"
	"                          scenario draw its ladder\n"
	"  -q, --quiet             no line a scenario, no progress\n\n"
	"Examples:\n"
	"  tcplab run lab/rebind/eaddrinuse.yaml\n"
	"  tcplab run lab/ --tag close --format junit=out.xml\n"
	"  tcplab run lab/ --name 'abort/*' --repeat 20\n";
