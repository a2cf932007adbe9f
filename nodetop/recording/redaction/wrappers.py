"""Programs that run other programs, and where the inner command begins. The marks are explained in grammar.py."""

WRAPPERS = {
    # As another user, on another machine.
    "sudo": "*0 ~ughpCrtTUDR",
    "doas": "*0 ~uC",
    "su|runuser": "*9 -c$ --command$ ~sgGuw",
    "pkexec": "*0 --user!",
    "gosu|su-exec|setuidgid|s6-setuidgid|s6-applyuidgid": "*1",
    "sg|newgrp": "*1 -c$",
    "chroot|schroot|proot": "*1 ~cu",
    "ssh|autossh|mosh|dbclient": "*1 ~bcDEeFIiJLlmOopQRSWwM",
    "sshpass": "*0 -p* ~fdP",
    "vagrant": "-c$",
    "ip netns|machinectl shell": "*2",
    "systemd-nspawn|machinectl": "*1 ~MDu",
    "adb shell": "*0",
    "spawn|send|exp_send": "*0",
    # Later, for a limited time, with other limits, in another environment.
    "env": "*0 ~uC -S$",
    "time|nohup|setsid|stdbuf|ionice|nice|prlimit|numactl|chrt|unshare|nsenter|setpriv|unbuffer|capsh|runcon|cgexec"
    "|firejail|bwrap|fakeroot|catatonit|tini|dumb-init|with-contenv|eatmydata|rlwrap|xvfb-run|dbus-run-session"
    "|dbus-launch|ssh-agent|systemd-inhibit|systemd-cat|softlimit|chpst|cpulimit|trickle|chronic|retry|torsocks|torify"
    "|proxychains|proxychains4|tsocks|caffeinate|busybox|toybox|command|builtin": "*0 ~nptcoeSgwlm",
    "watch|xargs|parallel|entr|nodemon|hyperfine|concurrently|foreman|honcho|mpirun|mpiexec|srun": "*0 ~nIPLdEsajSw",
    "strace|ltrace|gdb|perf|valgrind|rr|heaptrack|uftrace|catchsegv": "*0 ~abeEIoOpPsSuUXF",
    "timeout|gtimeout|taskset|faketime|flock|envdir|s6-envdir": "*1 ~ksEw -c$",
    "systemd-run": "*0 ~pMuHEtG --unit! --slice! --uid! --gid! --property! --description!",
    "start-stop-daemon|daemonize|daemon": "*0 ~pucokrnaxd --exec$ -a$ -x$ --startas$",
    "script": "-c$ --command$ ~OIBTtmoE",
    "find|fd|fdfind": "! -exec$ -execdir$ -ok$ -okdir$",
    "screen": "*0 ~SLtcsph",
    "tmux": "~SLfc",
    "tmux new|tmux new-session|tmux new-window|tmux neww|tmux split-window|tmux respawn-pane": "*0 ~stcnxyFe",
    "tmux send-keys|tmux send": "*0 ~tN",
    "wine|wine64|proton|mono|box64|box86|qemu-x86_64|qemu-aarch64|qemu-arm": "*0",
    "flatpak run|snap run|distrobox enter|toolbox run": "*1",
    "aws-vault exec|chamber exec|sops exec-env|direnv exec|envchain|conda run": "*1 ~dn",
    "poetry run|pipenv run|uv run|pdm run|hatch run|bundle exec|npm exec|pnpm exec|yarn exec|op run|doppler run"
    "|teller run|infisical run|npx|bunx|uvx": "*0",
    # Shells and interpreters.
    "sh|bash|dash|zsh|ksh|ksh93|mksh|fish|ash|csh|tcsh|rbash|xonsh|pwsh|powershell": "*0 ~oO -c$ -Command$",
    "cmd": "*0 /c$ /k$ /C$ /K$",
    "python|pypy": "*0 ~WXQ",
    "perl|ruby|node|nodejs|bun|deno|php|lua|Rscript|groovy|dotnet|tclsh|guile": "*0 ~rI -r!",
    "java|javaw": "*0 -cp! -classpath! --class-path! -p! --module-path! --add-opens! --add-modules! --add-exports!",
    # Containers.
    "docker|podman|nerdctl|finch|docker-compose": "! ~fHclp --context! -u! -p!",
    "docker exec|podman exec|nerdctl exec|finch exec|docker-compose exec": "*1 ~ewu --env! --user! --workdir!",
    "docker run|podman run|nerdctl run|finch run|docker create|podman create|docker-compose run":
        "*1 ~evpuwhlmca --secret! --name! --network! --net! --env-file! --volume! --publish! --workdir! --user!"
        " --hostname! --label! --memory! --cpus! --restart! --mount! --log-driver! --log-opt! --add-host! --device!"
        " --link! --platform! --pull! --shm-size! --ulimit! --cap-add! --cap-drop! --security-opt! --ip! --dns! --gpus!"
        " --runtime! --tmpfs! --pid! --ipc! --userns! --cgroupns! --health-cmd! --expose!",
    "docker compose|podman compose": "~fp --profile! --env-file!",
    "docker build|podman build|docker buildx|buildah bud|docker service": "--secret! --ssh! --secret-add! --secret-rm!",
    "kubectl|oc|k|microk8s": "! ~ncflLkos -l! --selector! -u! --user! --token-file!",
    "kubectl exec|oc exec|k exec|oc rsh|kubectl run|oc run|kubectl debug": "*9 ~c",
    "lxc exec|incus exec|lxc-attach|lxc-execute": "*1 ~nP",
    "crictl|ctr|runc|crun|containerd-shim|containerd-shim-runc-v2|conmon": "! -u!",
    "crictl exec|runc exec|crun exec": "*1 ~eu",
}  # fmt: skip
