dnl SPDX-License-Identifier: BSD-2-Clause
dnl FLT_WARNINGS: WARN_CFLAGS, those of our warnings that the compiler knows.
AC_DEFUN([FLT_WARNINGS], [
WARN_CFLAGS=
for flt_flag in -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wvla
do
	FLT_TRY_FLAG([$flt_flag], [WARN_CFLAGS="$WARN_CFLAGS $flt_flag"])
done
AC_SUBST([WARN_CFLAGS])
FLT_TRY_FLAG([-fvisibility=hidden], [HIDDEN_CFLAGS=-fvisibility=hidden])
AC_SUBST([HIDDEN_CFLAGS])
])

dnl FLT_TRY_FLAG(FLAG, THEN)
AC_DEFUN([FLT_TRY_FLAG], [
AC_MSG_CHECKING([whether $CC takes $1])
flt_save_CFLAGS=$CFLAGS
CFLAGS="$CFLAGS $1"
AC_COMPILE_IFELSE([AC_LANG_PROGRAM([], [])], [flt_takes=yes], [flt_takes=no])
CFLAGS=$flt_save_CFLAGS
AC_MSG_RESULT([$flt_takes])
AS_IF([test "$flt_takes" = yes], [$2])
])

dnl FLT_WERROR: --enable-werror, for those who work on sniff; a release must build with any compiler.
AC_DEFUN([FLT_WERROR], [
AC_ARG_ENABLE([werror], [AS_HELP_STRING([--enable-werror], [make warnings errors])], [], [enable_werror=no])
AS_IF([test "$enable_werror" = yes], [WARN_CFLAGS="$WARN_CFLAGS -Werror"])
])
