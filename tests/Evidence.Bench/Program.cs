return await Evidence.Bench.BenchCommand.RunAsync(args, TimeProvider.System);
