/*
 * doctor.c - "tcplab doctor": can labs be built here, and if not, why
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <linux/if_ether.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/launch.h"
#include "base/err.h"
#include "base/log.h"
#include "base/names.h"
#include "base/scope.h"
#include "cmd/command.h"
#include "cmd/output.h"
#include "event/event.h"
#include "ns/init.h"
#include "ns/netns.h"
#include "observe/sock_table.h"
#include "observe/sockdiag.h"
#include "observe/trace.h"
#include "observe/tracefs.h"
#include "spec/topology.h"
#include "topo/plan.h"
#include "topo/topo.h"

/** INSTANCE - number of the tracer's: no lab's (run/lab_id.h) */
#define INSTANCE 4096

/** struct patient - what the checks in the lab work on */
struct patient {
	int out; /* where the lines go */
	int exe_fd;
	struct owner owner;
	struct topo *topo;
	char *instance; /* of the tracer, for the check of it */
	bool colour;
};

/** struct check - one thing a lab needs; @run says in @err what is wrong */
struct check {
	const char *name;
	int (*run)(struct patient *patient, struct err *err);
	bool can_do_without; /* something else takes its place */
};

static char client[] = "client";
static char server[] = "server";
static char lan[] = "lan";
static char fin_timeout[] = "net.ipv4.tcp_fin_timeout";
static char five[] = "5";

static struct sysctl_spec sysctls[] = {{fin_timeout, five}};
static struct host_spec plain[] = {
	{.name = client},
	{.name = server},
	{.name = lan, .kind = HOST_KIND_SWITCH},
};
static struct host_spec tuned[] = {
	{.name = client, .sysctls = sysctls, .n_sysctls = 1},
};
static struct link_spec links[] = {
	{.a = 0, .b = 1},
	{.a = 0, .b = 2},
	{.a = 1, .b = 2},
};

/* both hosts are on the switch, too */
static const struct topology switched = {
	.name = lan,
	.families = IP_FAMILIES_BOTH,
	.hosts = plain,
	.n_hosts = 3,
	.links = links,
	.n_links = 3,
};
static const struct topology pair = {
	.name = client,
	.families = IP_FAMILIES_BOTH,
	.hosts = plain,
	.n_hosts = 2,
	.links = links,
	.n_links = 1,
};
static const struct topology alone = {
	.name = client,
	.families = IP_FAMILIES_BOTH,
	.hosts = tuned,
	.n_hosts = 1,
};

static int try_build(const struct topology *topology, struct err *err)
{
	const struct topo_config config = {0};
	struct topo *topo = topo_build(topology, &config, err);

	if (!topo)
		return err->code;
	topo_free(topo);
	return 0;
}

static int check_veth(struct patient *patient, struct err *err)
{
	const struct topo_config config = {0};

	patient->topo = topo_build(&pair, &config, err);
	return patient->topo ? 0 : err->code;
}

static int check_bridge(struct patient *patient, struct err *err)
{
	(void)patient; /* a lab of its own */
	return try_build(&switched, err);
}

static int check_sysctl(struct patient *patient, struct err *err)
{
	(void)patient; /* a lab of its own */
	return try_build(&alone, err);
}

static int check_redirect(struct patient *patient, struct err *err)
{
	struct topo_wire wire;

	if (!patient->topo || !topo_wire(patient->topo, 0, &wire))
		return err_set(err, -ENODEV, "not looked at: there is no link");
	if (wire.backend == WIRE_BACKEND_PASS)
		return 0;
	(void)err_set(err, -EOPNOTSUPP,
		      "the kernel cannot redirect frames (clsact, cls_u32 or "
		      "cls_matchall, act_mirred): a process of the lab "
		      "carries them instead, and slower");
	err_remedy(err, "load the modules: modprobe -a sch_ingress cls_u32 "
			"act_mirred");
	return -EOPNOTSUPP;
}

static int check_netem(struct patient *patient, struct err *err)
{
	static const enum wire_backend backends[] = {WIRE_BACKEND_NETEM};
	const struct topo_config config = {.backends = backends};
	struct topo *topo = topo_build(&pair, &config, err);

	(void)patient; /* a lab of its own */
	if (topo) {
		topo_free(topo);
		return 0;
	}
	if (err->code != -EOPNOTSUPP)
		return err->code;
	(void)err_set(err, -EOPNOTSUPP,
		      "the kernel has no netem (sch_netem): a process of the "
		      "lab delays and loses instead, and links of \"wire: "
		      "netem\" are refused");
	err_remedy(err, "load the module: modprobe sch_netem; or use a guest's "
			"kernel: tcplab run --virtual");
	return -EOPNOTSUPP;
}

static int check_packets(struct patient *patient, struct err *err)
{
	SCOPED_FD int fd = -1;

	if (!patient->topo)
		return err_set(err, -ENODEV, "not looked at: there is no host");
	fd = netns_socket(topo_host_netns(patient->topo, 0), AF_PACKET,
			  SOCK_RAW, htons(ETH_P_ALL), err);
	if (fd == -EAFNOSUPPORT)
		err_remedy(err, "load the module: modprobe af_packet; or build "
				"CONFIG_PACKET");
	return fd < 0 ? fd : 0;
}

static int check_diag(struct patient *patient, struct err *err)
{
	SCOPED_SOCKDIAG struct sockdiag *diag = NULL;
	SCOPED_SOCK_TABLE struct sock_table table = {0};
	int rc;

	if (!patient->topo)
		return err_set(err, -ENODEV, "not looked at: there is no host");
	rc = sockdiag_open(topo_host_netns(patient->topo, 0), &diag, err);
	return rc < 0 ? rc : sockdiag_dump(diag, &table, err);
}

static void hear_nothing(void *arg, struct event *event)
{
	(void)arg;
	(void)event; /* nobody connects */
}

static int check_tracer(struct patient *patient, struct err *err)
{
	const struct event_sink sink = {.emit = hear_nothing};
	const struct trace_config config = {
		.name = patient->instance,
		.sink = &sink,
		.network = plan_network(0),
		.prefix = PLAN_V4_PREFIX,
	};
	struct trace *trace = trace_begin(&config);
	int rc = trace_start(trace, err);

	trace_free(trace);
	if (rc < 0)
		(void)err_within(err, "states are only looked at now and then");
	return rc;
}

static void forget_tracer(void *arg)
{
	const struct patient *patient = arg;

	tracefs_remove(patient->instance);
}

static int check_destroy(struct patient *patient, struct err *err)
{
	if (!patient->topo)
		return err_set(err, -ENODEV, "not looked at: there is no host");
	return sockdiag_destroy_all(topo_host_netns(patient->topo, 0), err);
}

static int check_program(struct patient *patient, struct err *err)
{
	static char name[] = "true";
	static char *const argv[] = {name, NULL};
	const struct launch_env env = {.exe_fd = patient->exe_fd,
				       .uid = patient->owner.uid,
				       .gid = patient->owner.gid,
				       .may_setgroups = true};
	struct launch launch = {
		.netns_fd = -1, .hostname = client, .argv = argv};
	struct launched program;
	int rc;

	if (!patient->topo)
		return err_set(err, -ENODEV, "not looked at: there is no host");
	launch.netns_fd = topo_host_netns(patient->topo, 0);
	rc = launch_start(&env, &launch, &program, err);
	if (rc < 0)
		return rc;
	(void)waitpid(program.pid, NULL, 0); /* ours, and short */
	return 0;
}

/** checks - in this order, inside a lab */
static const struct check checks[] = {
	{"hosts joined by a veth", check_veth, false},
	{"hosts joined by a switch", check_bridge, false},
	{"links inside the kernel (clsact, mirred)", check_redirect, true},
	{"links that the kernel impairs (netem)", check_netem, true},
	{"frames of a host (packet sockets)", check_packets, false},
	{"sysctls of a host", check_sysctl, false},
	{"sockets of a host (sock_diag)", check_diag, false},
	{"transitions as they happen (tracefs)", check_tracer, true},
	{"destroying what is left (SOCK_DESTROY)", check_destroy, false},
	{"programs without capabilities", check_program, false},
};

/** enum finding - what became of a check */
enum finding {
	FINDING_FINE,
	FINDING_LACKING, /* labs can do without */
	FINDING_FAILED,
	FINDINGS
};

static enum finding find(int rc, bool can_do_without)
{
	if (rc == 0)
		return FINDING_FINE;
	return can_do_without ? FINDING_LACKING : FINDING_FAILED;
}

static void line(const struct patient *patient, const char *name,
		 enum finding finding, const struct err *err)
{
	static const char *const marks[] = {
		[FINDING_FINE] = "ok  ",
		[FINDING_LACKING] = "lack",
		[FINDING_FAILED] = "FAIL",
	};
	static const char *const inks[] = {
		[FINDING_FINE] = "\033[32m",
		[FINDING_LACKING] = "\033[33m",
		[FINDING_FAILED] = "\033[31m",
	};

	TABLE_COVERS(marks, FINDINGS);
	TABLE_COVERS(inks, FINDINGS);
	(void)dprintf(patient->out, "%s%s%s  %s\n",
		      patient->colour ? inks[finding] : "", marks[finding],
		      patient->colour ? "\033[0m" : "", name);
	if (finding == FINDING_FINE)
		return;
	(void)dprintf(patient->out, "      %s\n", err->text);
	if (err->remedy[0])
		(void)dprintf(patient->out, "      remedy: %s\n", err->remedy);
}

static int examine(void *arg, struct ns_runner *self)
{
	struct patient *patient = arg;
	bool failed = false;

	if (!ns_runner_proc_is_ours(self))
		(void)dprintf(
			patient->out,
			"note  /proc is covered here: processes that hold "
			"a socket are not named\n");
	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++) {
		struct err err = {0};
		enum finding finding = find(checks[i].run(patient, &err),
					    checks[i].can_do_without);

		line(patient, checks[i].name, finding, &err);
		failed = failed || finding == FINDING_FAILED;
	}
	topo_free(patient->topo);
	return failed ? EXIT_CODE_ENVIRONMENT : EXIT_CODE_PASSED;
}

static void say_where(void)
{
	struct utsname uts = {0};

	(void)uname(&uts); /* fails only on a bad pointer */
	printf("tcplab %s on %s %s, %s\n", TCPLAB_VERSION, uts.sysname,
	       uts.release, geteuid() == 0 ? "as root" : "in a user namespace");
	(void)fflush(stdout); /* the lab writes to the same place */
}

static int run_checks(void)
{
	struct err err = {0};
	SCOPED_FD int owner = ns_owner_open(&err);
	SCOPED_FD int exe = open("/proc/self/exe", O_PATH | O_CLOEXEC);
	SCOPED_FREE char *instance = tracefs_name(INSTANCE);
	struct patient patient = {
		.out = STDOUT_FILENO,
		.exe_fd = exe,
		.owner = command_owner(),
		.instance = instance,
		.colour = output_colour(STDOUT_FILENO),
	};
	struct ns_init init = {
		.owner_pidfd = owner,
		.main = examine,
		.arg = &patient,
		.farewell = forget_tracer,
		.keep_fds = &exe,
		.n_keep_fds = 1,
	};
	pid_t pid = owner < 0 ? owner : ns_init_start(&init, &err);
	int wstatus = 0;

	line(&patient, "namespaces of its own", find(pid < 0 ? -1 : 0, false),
	     &err);
	if (pid < 0)
		return EXIT_CODE_ENVIRONMENT;
	while (waitpid(pid, &wstatus, 0) < 0)
		if (errno != EINTR)
			return EXIT_CODE_ENVIRONMENT;
	if (WIFEXITED(wstatus) && WEXITSTATUS(wstatus) <= EXIT_CODE_ENVIRONMENT)
		return WEXITSTATUS(wstatus);
	log_err("the checks broke off: the lab ended with status %d",
		WIFEXITED(wstatus) ? WEXITSTATUS(wstatus)
				   : EXIT_CODE_SIGNAL + WTERMSIG(wstatus));
	return EXIT_CODE_ENVIRONMENT;
}

static int doctor_main(int argc, char **argv)
{
	static const struct option options[] = {
		{"help", no_argument, NULL, 'h'},
		{0},
	};
	int opt;

	while ((opt = getopt_long(argc, argv, "h", options, NULL)) != -1)
		return opt == 'h' ? command_help(&command_doctor)
				  : command_refused(&command_doctor, argv,
						    options);
	if (optind != argc)
		return command_misused(&command_doctor, "it takes no argument");
	say_where();
	return run_checks();
}

const struct command command_doctor = {
	.name = "doctor",
	.usage = "doctor",
	.summary = "can labs be built here, and if not, what to do",
	.help = "Builds a small lab and tries everything that a run needs. "
		"Each\n"
		"check that fails says how to mend it; what labs can do "
		"without, as\n"
		"netem, is lacking and no failure. Exit status 0, or 3 if a "
		"check\n"
		"failed.\n",
	.main = doctor_main,
};
