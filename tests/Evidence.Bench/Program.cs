using Evidence.Bench;
using Evidence.Bench.EmptyHandler;

return args is [EmptyHost.Argument, var listenFile] ? await EmptyHost.RunAsync(listenFile) : await BenchCommand.RunAsync(args, TimeProvider.System);
