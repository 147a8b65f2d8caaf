package errors

func AsType[E error](err error) (E, bool)
