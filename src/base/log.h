/*
 * log.h - say on stderr what we are doing; results never go this way
 */
#pragma once

/** enum log_level - err: we failed; warn: the result may be affected;
 * info: one line a phase; debug: one line a step */
enum log_level {
	LOG_LEVEL_ERR,
	LOG_LEVEL_WARN,
	LOG_LEVEL_INFO,
	LOG_LEVEL_DEBUG,
	LOG_LEVELS
};

/** log_set_level - print messages up to and including @level (default WARN) */
void log_set_level(enum log_level level);

/**
 * log_line - print one line, "tcplab: " in front, if @level is wanted
 * @level: how much the reader needs it
 * @fmt: lower case, no full stop, no newline
 */
void log_line(enum log_level level, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

#define log_err(...)   log_line(LOG_LEVEL_ERR, __VA_ARGS__)
#define log_warn(...)  log_line(LOG_LEVEL_WARN, __VA_ARGS__)
#define log_info(...)  log_line(LOG_LEVEL_INFO, __VA_ARGS__)
#define log_debug(...) log_line(LOG_LEVEL_DEBUG, __VA_ARGS__)
