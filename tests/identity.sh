#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Started with privileges: whose the file of -w is, whom sniff becomes, who is asked for it, and what is
# left open. sudo, doas and pkexec are their variables here.
. "${TOP_SRCDIR:-.}/tests/live_tools.sh"
in_new_network "$0"
command -v setpriv >/dev/null || skip "setpriv is not there"
unshare -m true 2>/dev/null || skip "no mounts of our own here (in a chroot, / must be a mount: mount --bind ROOT ROOT)"

built=${SNIFF:-${TOP_BUILDDIR:-.}/sniff/sniff}
captures=${TOP_SRCDIR:-.}/pcaps
unset SUDO_UID SUDO_GID SUDO_USER DOAS_USER PKEXEC_UID
umask 022
ip link set lo up

# All lies where every user can come, also when the build does not.
work=$(mktemp -d) || exit 1
held=
trap 'rm -rf "$work"; [ -z "$held" ] || kill $held 2>/dev/null' EXIT
chmod 755 "$work"
install -m 755 "$built" "$work/sniff"
install -m 644 "$captures/icmp.pcap" "$captures/pcapng-mixed.pcapng" "$work"
sniff=$work/sniff
in=$work/icmp.pcap
export sniff in

# The user behind sudo is 1234:2345; `mine` is that user's directory, `roots` is root's.
mkdir "$work/mine" "$work/roots" "$work/etc"
chown 1234:2345 "$work/mine"
as_sudo="env SUDO_UID=1234 SUDO_GID=2345"

# Files of our own in /etc: a name service that is asked finds a fifo, and hangs.
cat >"$work/etc/passwd" <<'END'
root:x:0:0:root:/root:/bin/sh
daemon:x:1:1::/:/bin/false
alice:x:1234:2345::/:/bin/false
bob:x:4000:4000::/:/bin/false
END
cat >"$work/etc/group" <<'END'
root:x:0:
daemon:x:1:
media:x:777:nobody,alice
others:x:778:alicent,xalice
END
mkfifo "$work/etc/nsswitch.conf"

# with_etc COMMAND...: where these are in /etc
with_etc()
{
	# shellcheck disable=SC2016
	unshare -m sh -c 'etc=$1 && shift
		for file in passwd group nsswitch.conf; do
			[ ! -e /etc/$file ] || mount --bind "$etc/$file" /etc/$file || exit
		done
		exec timeout 10 "$@"' with_etc "$work/etc" "$@"
}

says() { grep -q -e "$1" "$work/err"; }
owner() { stat -c %u:%g "$1"; }
packets() { "$sniff" -r "$1" --count 2>/dev/null; }

# owned WHAT FILE OWNER: and the packets are in it
owned()
{
	check "$1: not $3 but $(owner "$2" 2>&1)" [ "$(owner "$2" 2>&1)" = "$3" ]
	check "$1: packets" [ "$(packets "$2")" = "4 packets" ]
}

# writes [COMMAND...] FILE: sniff of the command, into the file
writes()
{
	file=
	for word; do file=$word; done
	before=$*
	# shellcheck disable=SC2086
	timeout 10 ${before%"$file"} "$sniff" -r "$in" -w "$file" >"$work/out" 2>"$work/err"
}

# writes_z USER FILE: with -Z, in spite of sudo
writes_z()
{
	timeout 10 $as_sudo "$sniff" -Z "$1" -r "$in" -w "$2" >"$work/out" 2>"$work/err"
}

# ---- whose a file is

writes $as_sudo "$work/mine/new"
owned "new, in the user's directory" "$work/mine/new" 1234:2345
writes $as_sudo "$work/roots/new"
owned "new, in root's directory" "$work/roots/new" 0:0
ln -s "$work/roots/linked" "$work/mine/to-new"
writes $as_sudo "$work/mine/to-new"
owned "new, behind a link" "$work/roots/linked" 0:0
: >"$work/roots/empty"
ln -s "$work/roots/empty" "$work/mine/to-empty"
writes $as_sudo "$work/mine/to-empty"
owned "empty, behind a link" "$work/roots/empty" 0:0
ln -s "$work/roots" "$work/mine/to-directory"
writes $as_sudo "$work/mine/to-directory/below"
owned "new, in a directory behind a link" "$work/roots/below" 0:0
: >"$work/mine/roots-empty"
writes $as_sudo "$work/mine/roots-empty"
owned "root's and empty, in the user's directory" "$work/mine/roots-empty" 0:0
install -m 666 "$in" "$work/mine/open-to-all"
truncate -s 99999 "$work/mine/open-to-all"
writes $as_sudo "$work/mine/open-to-all"
owned "root's, and anybody may write it" "$work/mine/open-to-all" 0:0
ln -s new-too "$work/mine/to-mine"
writes $as_sudo "$work/mine/to-mine"
owned "new, behind a link within the user's directory" "$work/mine/new-too" 1234:2345
mkdir -m 1777 "$work/shared"
writes $as_sudo "$work/shared/new"
owned "new, in a directory of everybody" "$work/shared/new" 1234:2345
writes $as_sudo "$work/shared/new"
owned "the user's, in a directory of everybody" "$work/shared/new" 1234:2345
install -m 666 -o 4000 "$in" "$work/shared/anothers"
writes $as_sudo "$work/shared/anothers"
owned "another user's, who lets all write" "$work/shared/anothers" 4000:0
mkdir -m 700 "$work/closed"
writes $as_sudo "$work/closed/new"
owned "where only root can go" "$work/closed/new" 0:0
writes "$work/mine/by-root"
owned "without sudo" "$work/mine/by-root" 0:0
writes env SUDO_UID=0 SUDO_GID=0 "$work/mine/by-roots-sudo"
owned "sudo, called by root" "$work/mine/by-roots-sudo" 0:0
writes env SUDO_UID=4294967295 SUDO_GID=0 "$work/mine/by-nobody"
owned "sudo, by an id that is none" "$work/mine/by-nobody" 0:0
writes env SUDO_UID=1234x "$work/mine/by-text"
owned "sudo, by what is no number" "$work/mine/by-text" 0:0
writes env SUDO_UID=4567 "$work/shared/groupless"
owned "sudo that does not say the group" "$work/shared/groupless" 4567:65534

# In root's groups the user is not; in those of /etc/group, yes.
mkdir -m 775 "$work/root-group" "$work/media"
chown 0:777 "$work/media"
mkdir -m 775 "$work/other-group"
chown 0:778 "$work/other-group"
writes setpriv --groups 778 $as_sudo "$work/root-group/new"
owned "a directory of root's group" "$work/root-group/new" 0:0
writes setpriv --groups 778 $as_sudo "$work/other-group/new"
owned "a directory of a group that root is in" "$work/other-group/new" 0:0
with_etc $as_sudo "$sniff" -r "$in" -w "$work/media/new" 2>"$work/err"
owned "a directory of the user's group" "$work/media/new" 1234:2345
with_etc $as_sudo "$sniff" -r "$in" -w "$work/other-group/too" 2>"$work/err"
owned "a directory of another group" "$work/other-group/too" 0:0
with_etc env SUDO_UID=5678 SUDO_GID=5678 SUDO_USER=alice "$sniff" -r "$in" -w "$work/media/named" 2>"$work/err"
owned "groups go by the name that sudo says" "$work/media/named" 5678:5678

with_etc env PKEXEC_UID=1234 "$sniff" -r "$in" -w "$work/mine/pkexec" 2>"$work/err"
owned "pkexec" "$work/mine/pkexec" 1234:2345
with_etc env DOAS_USER=alice "$sniff" -r "$in" -w "$work/mine/doas" 2>"$work/err"
owned "doas" "$work/mine/doas" 1234:2345
with_etc env DOAS_USER=alice "$sniff" -r "$in" -w "$work/mine/to-empty" 2>"$work/err"
owned "doas, behind a link" "$work/roots/empty" 0:0
with_etc env DOAS_USER=nosuch "$sniff" -r "$in" -w "$work/mine/doas-nobody" 2>"$work/err"
owned "doas, by a user whom /etc/passwd does not know" "$work/mine/doas-nobody" 0:0

# The link changes all the time: what root made or found stays root's.
# shellcheck disable=SC2016
timeout 60 sh -c 'while :; do
	ln -sfn "$1/roots/raced" "$1/mine/race"; rm -f "$1/mine/race"; : >"$1/mine/race"; done' sh "$work" &
held=$!
i=0 given=0
while [ $i -lt 60 ]; do
	i=$((i + 1))
	rm -f "$work/roots/raced"
	[ $((i % 2)) -eq 0 ] || : >"$work/roots/raced"
	writes $as_sudo "$work/mine/race"
	[ ! -e "$work/roots/raced" ] || [ "$(owner "$work/roots/raced")" = 0:0 ] || given=$((given + 1))
	writes_z 4000 "$work/mine/race"
	[ ! -e "$work/roots/raced" ] || [ "$(owner "$work/roots/raced")" = 0:0 ] || given=$((given + 1))
done
kill $held
held=
check "links that change: $given files given away" [ $given -eq 0 ]

# ---- -Z wins over sudo

mkdir "$work/bobs"
chown 4000:4000 "$work/bobs"
writes_z 4000 "$work/bobs/new"
owned "-Z: new, in USER's directory" "$work/bobs/new" 4000:4000
writes_z 4000 "$work/mine/bobs-new"
owned "-Z: new, in the directory of who called sudo" "$work/mine/bobs-new" 4000:4000
writes_z 4000 "$work/roots/bobs-new"
owned "-Z: new, in root's directory" "$work/roots/bobs-new" 4000:4000
(cd "$work/roots" && writes_z 4000 bobs-too && writes_z 4000 ./../roots/bobs-three)
owned "-Z: a name alone" "$work/roots/bobs-too" 4000:4000
owned "-Z: over directories" "$work/roots/bobs-three" 4000:4000
rm "$work/roots/linked"
writes_z 4000 "$work/mine/to-new"
owned "-Z: new, behind a link" "$work/roots/linked" 0:0
writes_z 4000 "$work/mine/to-empty"
owned "-Z: there before, behind a link" "$work/roots/empty" 0:0
writes_z 4000 "$work/mine/to-directory/bobs-below"
owned "-Z: new, in a directory behind a link" "$work/roots/bobs-below" 0:0
: >"$work/roots/there"
writes_z 4000 "$work/roots/there"
owned "-Z: there before" "$work/roots/there" 0:0
writes_z root "$work/mine/z-root"
owned "-Z root" "$work/mine/z-root" 0:0
with_etc $as_sudo "$sniff" -Z bob -r "$in" -w "$work/roots/by-name" 2>"$work/err"
owned "-Z by name" "$work/roots/by-name" 4000:4000
with_etc $as_sudo "$sniff" -Z 1234 -r "$in" -w "$work/roots/by-number" 2>"$work/err"
owned "-Z by number: the group is that of /etc/passwd" "$work/roots/by-number" 1234:2345
with_etc env "$sniff" -Z alice -r "$in" -w "$work/media/z" 2>"$work/err"
owned "-Z: USER's groups count" "$work/media/z" 1234:2345

# ---- what is no plain file

$as_sudo "$sniff" -r "$in" -w /dev/stdout 2>"$work/err" | cat >"$work/out"
check "/dev/stdout" [ "$(packets "$work/out")" = "4 packets" ]
$as_sudo "$sniff" -r "$in" -w /dev/stdout 2>"$work/err" >"$work/out"
check "/dev/stdout, a file of root's" [ "$(packets "$work/out")" = "4 packets" ]
$as_sudo "$sniff" -r "$in" -w /proc/self/fd/7 2>"$work/err" 7>"$work/out"
check "/proc/self/fd/7" [ "$(packets "$work/out")" = "4 packets" ]
$as_sudo "$sniff" -r "$in" -w /dev/null 2>"$work/err"
check "/dev/null: status $?" [ $? -eq 0 ]
for mode in 600 666; do
	mkfifo "$work/mine/fifo"
	chmod $mode "$work/mine/fifo"
	timeout 10 cat "$work/mine/fifo" >"$work/out" &
	writes $as_sudo "$work/mine/fifo"
	wait $!
	check "a fifo of root's, mode $mode" [ "$(packets "$work/out")" = "4 packets" ]
	rm "$work/mine/fifo"
done
writes $as_sudo "$work/mine"
check "a directory: status" [ $? -eq 1 ]
check "a directory: one sentence" says "^sniff: $work/mine: Is a directory\$"
check "a directory: no more" [ "$(grep -c ^sniff "$work/err")" -eq 1 ]
writes $as_sudo "$work/nosuch/file"
check "no directory: one sentence" says "^sniff: $work/nosuch/file: No such file or directory\$"
chmod 600 "$work/mine/new"
writes setpriv --reuid 4000 --regid 4000 --clear-groups $as_sudo "$work/mine/new"
check "no root: the variables mean nothing" says "^sniff: $work/mine/new: Permission denied\$"

# Where sniff cannot act for the user, root's file stays root's.
chmod 777 "$work/roots"
writes setpriv --bounding-set=-setgid,-setuid $as_sudo "$work/roots/capless"
check "without CAP_SETUID the file is not the user's" [ "$(owner "$work/roots/capless")" = 0:0 ]
writes setpriv --bounding-set=-setgid $as_sudo "$work/roots/groupless"
check "nor without CAP_SETGID" [ "$(owner "$work/roots/groupless")" = 0:0 ]
writes setpriv --bounding-set=-setuid $as_sudo "$work/roots/userless"
check "nor the group's without CAP_SETUID alone" [ "$(owner "$work/roots/userless")" = 0:0 ]
# Root who may not override modes, as where a file server takes root for nobody.
mkdir -m 700 "$work/mine/own"
mkdir "$work/mine/own/directory"
chown 1234:2345 "$work/mine/own"
powerless="setpriv --bounding-set=-dac_override,-dac_read_search"
writes $powerless $as_sudo "$work/mine/own/new"
owned "where the user may and root may not" "$work/mine/own/new" 1234:2345
writes $powerless $as_sudo "$work/mine/own/directory"
check "... the reason is the user's" says ': Is a directory$'
# no-setuid-fixup: a change of ids leaves capabilities as they are
if setpriv --securebits=+no_setuid_fixup true 2>/dev/null; then
	chmod 755 "$work/roots"
	writes setpriv --securebits=+no_setuid_fixup $as_sudo "$work/roots/fixed"
	check "the user's file is made without root's capabilities" [ "$(owner "$work/roots/fixed")" = 0:0 ]
fi

# ---- whom sniff becomes

mkfifo "$work/input"
# find_reader: the process that is our sniff, and no longer what starts it
find_reader()
{
	tries=0
	until reader=$(pgrep -n -f "^$sniff "); do
		tries=$((tries + 1))
		[ $tries -lt 250 ] || return 1
		sleep 0.02
	done
}

# feed [COMMAND...]: a sniff of the command that reads, and waits in the middle
feed()
{
	: >"$work/err"
	"$@" -r "$work/input" --count >"$work/out" 2>"$work/err" &
	pid=$!
	exec 6<>"$work/input"
	head -c 24 "$in" >&6
	wait_for '^reading from' "$work/err" && find_reader || return
	tries=0
	until grep -q '^NoNewPrivs:.*1' "/proc/$reader/status"; do
		tries=$((tries + 1))
		[ $tries -lt 250 ] || return
		sleep 0.02
	done
}

end_feed()
{
	exec 6>&-
	wait $pid
	status=$?
}

# The real, effective, saved and file ids of the reader, if they are all one.
ids() { awk -v which="$1:" '$1 == which && $2 == $3 && $2 == $4 && $2 == $5 { print $2 }' "/proc/$reader/status"; }

# becomes WHAT UID GID
becomes()
{
	check "$1: user $(ids Uid), not $2" [ "$(ids Uid)" = "$2" ]
	check "$1: group $(ids Gid), not $3" [ "$(ids Gid)" = "$3" ]
	check "$1: groups" [ -z "$(sed -n 's/^Groups:[[:space:]]*//p' "/proc/$reader/status" | tr -d ' ')" ]
	check "$1: capabilities" [ "$(awk '/^Cap(Inh|Prm|Eff|Amb):/ { print $2 }' "/proc/$reader/status" |
		sort -u)" = 0000000000000000 ]
	end_feed
	check "$1: status $status" [ $status -eq 0 ]
}

unnamed=${SNIFF_USER_ID:-65534}  # configure --with-user-id
feed with_etc "$sniff"
becomes "without a user sniff" "$unnamed" "$unnamed"
feed setpriv --groups 777,778 "$sniff" -Z 4321
becomes "out of groups" 4321 4321
echo 'sniff:x:991:992::/:' >>"$work/etc/passwd"
feed with_etc "$sniff"
becomes "the user sniff" 991 992
feed with_etc "$sniff" -Z bob
becomes "-Z" 4000 4000
feed with_etc "$sniff" -Z 4321
becomes "-Z, a number without an entry" 4321 4321

# hostile LINE...: an /etc/passwd of such lines
hostile()
{
	printf "$@" >"$work/etc/passwd"
	feed with_etc "$sniff"
	becomes "hostile: $1" "$unnamed" "$unnamed"
}

hostile 'sniff:x:0:0::/:\n'
hostile 'sniff:x:0:990::/:\n'
hostile 'sniff:x:990:0::/:\n'
hostile 'sniff:x:-1:990::/:\n'
hostile 'sniff:x:4294967295:990::/:\n'
hostile 'sniff:x:4294967296:990::/:\n'
hostile 'sniff:x:18446744073709551616:990::/:\n'
hostile 'sniff:x: 990:990::/:\n'
hostile 'sniff:x:0x3de:990::/:\n'
hostile 'sniff:x::990::/:\n'
hostile 'sniff:x:990\n'
hostile 'sniff\n'
hostile 'sniff\000:x:990:990::/:\n'
hostile 'xsniff:x:990:990\nSniff:x:990:990\n sniff:x:990:990\n+sniff:x:990:990\n:::\n\n\n'
hostile '%s%099999d:x:990:990::/:\n' sniff 0
hostile ''
printf 'bad\n\nsniff:x:991:992' >"$work/etc/passwd"
feed with_etc "$sniff"
becomes "a last line that does not end" 991 992
printf '%s:%0300000d:1:1\nsniff:%0300000d:991:992:%0300000d\n' long 0 0 0 >"$work/etc/passwd"
feed with_etc "$sniff"
becomes "long lines" 991 992
printf 'alice:x:1234:2345\n' >"$work/etc/passwd"
printf 'media:x:777\nmedia:x:777:%0300000d,alice\n' 0 >"$work/etc/group"
rm "$work/media/new"
with_etc $as_sudo "$sniff" -r "$in" -w "$work/media/new" 2>"$work/err"
owned "a long line of /etc/group" "$work/media/new" 1234:2345

# All this hangs when a name service is asked, with the C library of most systems.
if getent --version 2>/dev/null | grep -q GLIBC && [ -e /etc/nsswitch.conf ]; then
	with_etc timeout 1 getent passwd nosuch >/dev/null 2>&1
	check "a name service that is asked hangs" [ $? -eq 124 ]
fi

# Root that cannot be given up is not kept.
"$sniff" --for 0.1 -i lo 2>"$work/err"
check "root: status" [ $? -eq 0 ]
for missing in setuid setgid setuid,-setgid; do
	setpriv --bounding-set=-$missing "$sniff" -r "$in" --count >"$work/out" 2>"$work/err"
	check "root without $missing: status" [ $? -eq 1 ]
	check "root without $missing: said" says "^sniff: cannot become .* CAP_SETUID .*-Z root"
	check "root without $missing: no packets" [ ! -s "$work/out" ]
done
feed setpriv --bounding-set=-setuid,-setgid "$sniff" -Z root
becomes "-Z root" 0 0

if unshare -Ur true 2>/dev/null; then
	unshare -Ur "$sniff" -r "$in" --count >"$work/out" 2>"$work/err"
	check "a user namespace of one user: status" [ $? -eq 0 ]
	check "... said, in one line" [ "$(grep -c '^sniff: cannot become .* in this user namespace: sniff stays user 0 and group 0, without' "$work/err")" -eq 1 ]
	check "... and works" grep -q '^4 packets$' "$work/out"
	unshare -Ur "$sniff" -Z daemon -r "$in" --count >"$work/out" 2>"$work/err"
	check "... -Z that cannot be: status" [ $? -eq 1 ]
	check "... -Z that cannot be: said" says '^sniff: -Z: cannot become user 1 and group 1 in this user namespace$'
	unshare -Ur "$sniff" -Z root -r "$in" --count >"$work/out" 2>"$work/err"
	check "... -Z root: nothing to say" [ "$(grep -c ^sniff "$work/err")" -eq 0 ]
	unshare -Ur $as_sudo "$sniff" -r "$in" -w "$work/roots/in-namespace" 2>"$work/err"
	owned "... sudo, by a user it does not have" "$work/roots/in-namespace" 0:0
	unshare -Urn "$sniff" -i any --for 0.1 2>"$work/err"
	check "... captures, in a network of its own" [ $? -eq 0 ]
fi
# A namespace with a range of users: root is given up, as elsewhere, and groups where that is allowed.
for groups in allow deny; do
	unshare -U sleep 20 2>/dev/null &
	held=$!
	sleep 0.2
	if echo $groups >/proc/$held/setgroups && echo '0 100000 65536' >/proc/$held/uid_map &&
		echo '0 100000 65536' >/proc/$held/gid_map; then
		nsenter -t $held -U -S 0 -G 0 true 2>/dev/null && enter="-S 0 -G 0" || enter=--preserve-credentials
		# shellcheck disable=SC2086
		nsenter -t $held -U $enter "$sniff" -r "$in" --count >"$work/out" 2>"$work/err"
		check "a user namespace of many users, groups $groups: status" [ $? -eq 0 ]
		case $groups in
		allow) check "... nothing to say" [ "$(grep -c ^sniff "$work/err")" -eq 0 ] ;;
		deny) check "... said" says '^sniff: cannot drop supplementary groups: this user namespace' ;;
		esac
	fi 2>/dev/null
	kill $held
	held=
done

# ---- started with more than the user has

user="setpriv --reuid 4000 --regid 4000 --clear-groups"
cp "$sniff" "$work/privileged"
refuses_z()
{
	for name in root daemon 0 1; do
		$user "$work/privileged" -Z $name -r "$in" --count >"$work/out" 2>"$work/err"
		status=$?
		# A sanitizer's leak check may not look into such a process, and has its own status.
		! says 'LeakSanitizer has encountered' || status=2
		check "$1: -Z $name: status" [ $status -eq 2 ]
		check "$1: -Z $name: said" says '^sniff: -Z needs root: '
		check "$1: -Z $name: no packets" [ ! -s "$work/out" ]
	done
	$user "$work/privileged" -r "$in" --count >"$work/out" 2>"$work/err"
	check "$1: without -Z" grep -q '^4 packets$' "$work/out"
	chmod 600 "$work/secret"
	for argument in "-r $work/secret" "-F $work/secret -r $in" "--names $work/closed -r $in host some" \
		"-r $in -w $work/closed/file"; do
		# shellcheck disable=SC2086
		$user "$work/privileged" $argument >"$work/out" 2>"$work/err"
		check "$1: $argument: as the user" says 'Permission denied'
	done
	$user "$work/privileged" -r "$in" "host @$work/secret" >"$work/out" 2>"$work/err"
	check "$1: a list: as the user" says 'Permission denied'
	"$work/privileged" -Z 4000 -r "$in" --count >"$work/out" 2>"$work/err"
	check "$1: root may" grep -q '^4 packets$' "$work/out"
}
echo 10.0.0.1 >"$work/secret"
chmod 4755 "$work/privileged"
refuses_z "set-uid"
chown 0:42 "$work/privileged"
chmod 2755 "$work/privileged"
refuses_z "set-gid"
chmod 755 "$work/privileged"
if setcap cap_net_raw,cap_dac_override,cap_setuid+ep "$work/privileged" 2>/dev/null; then
	refuses_z "capabilities of the file"
	$user "$work/privileged" -i lo --for 0.1 2>"$work/err"
	check "capabilities of the file: captures" says '^0 packets captured'
fi
chown 4001:0 "$work/privileged"
chmod 4755 "$work/privileged"
refuses_z "set-uid to another user"

# ---- lists and names are read once

printf '192.0.2.1\n198.51.100.7\n' >"$work/list"
chmod 600 "$work/list"
mkdir -m 700 "$work/names"
printf '192.0.2.1 one\n' >"$work/names/hosts"
all=$("$sniff" -r "$work/pcapng-mixed.pcapng" --count 2>/dev/null)
"$sniff" -r "$work/pcapng-mixed.pcapng" --count "host @$work/list or not host @$work/list" >"$work/out" 2>"$work/err"
check "a list that only root may read, on two link types: $(cat "$work/out")" grep -q -x "$all" "$work/out"
"$sniff" --names "$work/names" -r "$work/pcapng-mixed.pcapng" --count 'host one or not host one' >"$work/out" 2>"$work/err"
check "names that only root may read, on two link types" grep -q -x "$all" "$work/out"
echo "ip or not ip" >"$work/list"
"$sniff" -F "$work/list" -r "$work/pcapng-mixed.pcapng" --count >"$work/out" 2>"$work/err"
check "an expression that only root may read, on two link types" grep -q -x "$all" "$work/out"

# ---- descriptors

# What is open besides 0 to 2: their targets. One in another mount namespace shows the way from there.
open_files() { for fd in "/proc/$reader/fd/"*; do [ "${fd##*/}" -le 2 ] || readlink "$fd"; done; }
others() { open_files | grep -v -e "$work/input\$" -e '^anon_inode:'; }
cat >"$work/inherit" <<'END'
import os, socket, sys
for number in 3, 4, 7, 77, 78, 500:
    os.dup2(os.open("/etc/passwd", os.O_RDONLY), number)
os.dup2(os.open("/", os.O_RDONLY), 80)
leak = socket.socket()
os.dup2(leak.fileno(), 90)
os.execv(sys.argv[1], sys.argv[1:])
END
feed python3 "$work/inherit" "$sniff"
check "inherited descriptors: $(others | tr '\n' ' ')" [ -z "$(others)" ]
end_feed
check "... and it works" grep -q '^0 packets$' "$work/out"
python3 "$work/inherit" "$sniff" -i lo -w "$work/mine/live" --for 3s 2>"$work/err" &
pid=$!
wait_for '^listening on' "$work/err"
find_reader
count=$(open_files | grep -c -v -e '^socket:' -e '^anon_inode:')
check "... while live: $(open_files | tr '\n' ' ')" [ "$(open_files | grep -c passwd)" -eq 0 ]
check "... but the file of -w" [ "$count" -eq 1 ]
check "... and one socket" [ "$(open_files | grep -c '^socket:')" -eq 1 ]
kill $pid
wait $pid

# Before anything is given up: none of them would outlive an exec.
mkfifo "$work/expression"
timeout 20 "$sniff" -F "$work/expression" -r "$in" --count >"$work/out" 2>"$work/err" 7</etc/passwd 9</etc/group &
pid=$!
find_reader
sleep 0.1
for fd in 7 9; do
	flags=$(sed -n 's/^flags:[[:space:]]*//p' "/proc/$reader/fdinfo/$fd")
	check "descriptor $fd is not inherited further: $flags" sh -c '[ $(($1 & 02000000)) -ne 0 ]' sh "0$flags"
done
echo icmp >"$work/expression"
wait $pid
check "-F of a fifo" grep -q '^4 packets$' "$work/out"

"$sniff" -F /dev/fd/7 -r /dev/fd/8 --count 7<"$work/list" 8<"$in" >"$work/out" 2>"$work/err"
check "-F and -r of descriptors" grep -q '^4 packets$' "$work/out"
if command -v bash >/dev/null; then
	export work
	# shellcheck disable=SC2016
	timeout 20 $as_sudo bash -c '"$sniff" -F <(echo icmp) -r <(cat "$in") -w >(cat >"$work/out"); sleep 0.3' 2>"$work/err"
	check "-F <() -r <() -w >()" [ "$(packets "$work/out")" = "4 packets" ]
fi

# Without /proc they are closed at once.
# shellcheck disable=SC2016
if unshare -m mount -t tmpfs none /proc 2>/dev/null; then
	feed unshare -m sh -c 'mount -t tmpfs none /proc && exec python3 "$@"' sh "$work/inherit" "$sniff"
	check "without /proc: $(others | tr '\n' ' ')" [ -z "$(others)" ]
	end_feed
	check "... and it works" grep -q '^0 packets$' "$work/out"
fi

# ---- root of a container

setpriv --bounding-set=-net_raw "$sniff" -i lo --for 0.1 2>"$work/err"
check "root without CAP_NET_RAW: status" [ $? -eq 1 ]
check "root without CAP_NET_RAW: said" says '^sniff: capturing on lo needs CAP_NET_RAW.*--cap-add=NET_RAW.*securityContext.capabilities.add'
check "... in one line" [ "$(wc -l <"$work/err")" -eq 1 ]
$user "$sniff" -i lo --for 0.1 2>"$work/err"
check "a user without it: another sentence" says 'run as root, or grant it: setcap'
finish
