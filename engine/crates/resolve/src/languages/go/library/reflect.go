package reflect

func TypeAssert[T any](v Value) (T, bool)
