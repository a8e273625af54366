"""One-way constraints, kept by an incremental planner (DeltaBlue)."""

REQUIRED, STRONG_PREFERRED, PREFERRED, STRONG_DEFAULT, NORMAL, WEAK_DEFAULT, WEAKEST = range(7)

# The sum of the ends of the chain, and how many projections were wrong.
RESULTS = {100: (4950, 0), 5: (10, 0)}


class Variable:
    def __init__(self, value=0):
        self.value = value
        self.constraints = []
        self.determined_by = None
        self.mark = 0
        self.walk_strength = WEAKEST
        self.stay = True


class Constraint:
    is_input = False

    def __init__(self, strength, planner):
        self.strength = strength
        for variable in self.variables():
            variable.constraints.append(self)
        self.forget_method()
        planner.add(self)

    def destroy(self, planner):
        if self.is_satisfied():
            planner.remove(self)
        else:
            self.unlink()

    def unlink(self):
        for variable in self.variables():
            if self in variable.constraints:
                variable.constraints.remove(self)
        self.forget_method()

    def satisfy(self, mark, planner):
        """Satisfy it; answers the weaker constraint that had to give way."""
        self.choose_method(mark)
        if not self.is_satisfied():
            if self.strength == REQUIRED:
                raise ValueError("a required constraint cannot be satisfied")
            return None
        for variable in self.inputs():
            variable.mark = mark
        output = self.output()
        overridden = output.determined_by
        if overridden is not None:
            overridden.forget_method()
        output.determined_by = self
        if not planner.propagate(self, mark):
            raise ValueError("a circle of constraints")
        output.mark = mark
        return overridden

    def inputs_known(self, mark):
        return all(
            variable.mark == mark or variable.stay or variable.determined_by is None
            for variable in self.inputs()
        )


class Unary(Constraint):
    def __init__(self, variable, strength, planner):
        self.target = variable
        super().__init__(strength, planner)

    def variables(self):
        return [self.target]

    def inputs(self):
        return []

    def output(self):
        return self.target

    def is_satisfied(self):
        return self.satisfied

    def forget_method(self):
        self.satisfied = False

    def choose_method(self, mark):
        target = self.target
        self.satisfied = target.mark != mark and self.strength < target.walk_strength

    def recalculate(self):
        self.target.walk_strength = self.strength
        self.target.stay = not self.is_input
        if self.target.stay:
            self.execute()

    def execute(self):
        pass


class Stay(Unary):
    pass


class Edit(Unary):
    is_input = True


FORWARD, BACKWARD = 1, -1


class Equal(Constraint):
    """Two variables that have the same value."""

    def __init__(self, first, second, strength, planner):
        self.first = first
        self.second = second
        super().__init__(strength, planner)

    def variables(self):
        return [self.first, self.second]

    def inputs(self):
        return [self.first if self.direction == FORWARD else self.second]

    def output(self):
        return self.second if self.direction == FORWARD else self.first

    def is_satisfied(self):
        return self.direction is not None

    def forget_method(self):
        self.direction = None

    def choose_method(self, mark):
        first, second, strength = self.first, self.second, self.strength
        self.direction = None
        if first.mark == mark:
            if second.mark != mark and strength < second.walk_strength:
                self.direction = FORWARD
        elif second.mark == mark:
            if strength < first.walk_strength:
                self.direction = BACKWARD
        elif first.walk_strength > second.walk_strength:
            if strength < first.walk_strength:
                self.direction = BACKWARD
        elif strength < second.walk_strength:
            self.direction = FORWARD

    def recalculate(self):
        (source,) = self.inputs()
        output = self.output()
        output.walk_strength = max(self.strength, source.walk_strength)
        output.stay = self.stays()
        if output.stay:
            self.execute()

    def stays(self):
        return all(variable.stay for variable in self.inputs())

    def execute(self):
        self.output().value = self.inputs()[0].value


class Scale(Equal):
    """The second is the first, times a factor, plus an offset."""

    def __init__(self, source, factor, offset, target, strength, planner):
        self.factor = factor
        self.offset = offset
        super().__init__(source, target, strength, planner)

    def variables(self):
        return [self.first, self.second, self.factor, self.offset]

    def inputs(self):
        return [*super().inputs(), self.factor, self.offset]

    def recalculate(self):
        source = self.first if self.direction == FORWARD else self.second
        output = self.output()
        output.walk_strength = max(self.strength, source.walk_strength)
        output.stay = self.stays()
        if output.stay:
            self.execute()

    def execute(self):
        if self.direction == FORWARD:
            self.second.value = self.first.value * self.factor.value + self.offset.value
        else:
            self.first.value = (self.second.value - self.offset.value) // self.factor.value


class Planner:
    def __init__(self):
        self.mark = 0

    def new_mark(self):
        self.mark += 1
        return self.mark

    def add(self, constraint):
        mark = self.new_mark()
        overridden = constraint.satisfy(mark, self)
        while overridden is not None:
            overridden = overridden.satisfy(mark, self)

    def remove(self, constraint):
        output = constraint.output()
        constraint.forget_method()
        constraint.unlink()
        unsatisfied = self.release(output)
        for one in sorted(unsatisfied, key=lambda one: one.strength):
            self.add(one)

    def release(self, output):
        """Everything downstream is recalculated; answers what now could be satisfied."""
        output.determined_by = None
        output.walk_strength = WEAKEST
        output.stay = True
        unsatisfied = []
        todo = [output]
        while todo:
            variable = todo.pop()
            for constraint in variable.constraints:
                if not constraint.is_satisfied():
                    unsatisfied.append(constraint)
                elif constraint is not variable.determined_by:
                    constraint.recalculate()
                    todo.append(constraint.output())
        return unsatisfied

    def propagate(self, constraint, mark):
        todo = [constraint]
        while todo:
            one = todo.pop()
            output = one.output()
            if output.mark == mark:
                self.remove(constraint)
                return False
            one.recalculate()
            todo += self.consumers(output)
        return True

    def consumers(self, variable):
        return [
            constraint
            for constraint in variable.constraints
            if constraint is not variable.determined_by and constraint.is_satisfied()
        ]

    def plan(self, sources):
        """What must be executed, in order, when the sources have changed."""
        mark = self.new_mark()
        plan = []
        todo = [one for one in sources if one.is_input and one.is_satisfied()]
        while todo:
            one = todo.pop()
            output = one.output()
            if output.mark != mark and one.inputs_known(mark):
                plan.append(one)
                output.mark = mark
                todo += self.consumers(output)
        return plan


def chain(count):
    """A chain of equal variables; its first is changed."""
    planner = Planner()
    variables = [Variable() for _ in range(count + 1)]
    for first, second in zip(variables, variables[1:]):
        Equal(first, second, REQUIRED, planner)
    Stay(variables[-1], STRONG_DEFAULT, planner)
    edit = Edit(variables[0], PREFERRED, planner)
    plan = planner.plan([edit])
    total = 0
    for value in range(count):
        variables[0].value = value
        for constraint in plan:
            constraint.execute()
        total += variables[-1].value
    edit.destroy(planner)
    return total


def change(variable, value, planner):
    edit = Edit(variable, PREFERRED, planner)
    plan = planner.plan([edit])
    for _ in range(10):
        variable.value = value
        for constraint in plan:
            constraint.execute()
    edit.destroy(planner)


def projection(count):
    """Sources that are scaled to targets; both ends, the scale and the offset are changed."""
    planner = Planner()
    factor, offset = Variable(10), Variable(1000)
    sources = [Variable(number) for number in range(count)]
    targets = [Variable(number) for number in range(count)]
    for source, target in zip(sources, targets):
        Stay(source, NORMAL, planner)
        Scale(source, factor, offset, target, REQUIRED, planner)
    wrong = 0
    change(sources[-1], 17, planner)
    wrong += targets[-1].value != 1170
    change(targets[-1], 1050, planner)
    wrong += sources[-1].value != 5
    change(factor, 5, planner)
    wrong += sum(targets[n].value != n * 5 + 1000 for n in range(count - 1))
    change(offset, 2000, planner)
    wrong += sum(targets[n].value != n * 5 + 2000 for n in range(count - 1))
    return wrong


def run(size):
    return chain(size), projection(size)
